using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Why a grant is over.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<GrantEnd>))]
public enum GrantEnd
{
    /// <summary>All of it was used.</summary>
    UsedUp,

    /// <summary>Its time was over.</summary>
    Expired,

    /// <summary>An operator took it back.</summary>
    Voided,
}
