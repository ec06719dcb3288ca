using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How a grant stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<GrantStatus>))]
public enum GrantStatus
{
    /// <summary>May be used.</summary>
    Active,

    /// <summary>Its time has not come.</summary>
    Scheduled,

    /// <summary>All of it was used.</summary>
    UsedUp,

    /// <summary>Its time was over.</summary>
    Expired,

    /// <summary>An operator took it back.</summary>
    Voided,
}
