using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>How a license stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<LicenseStatus>))]
public enum LicenseStatus
{
    /// <summary>Valid.</summary>
    Active,

    /// <summary>An operator has suspended it.</summary>
    Suspended,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It opens nothing any more and can't be brought back; its evidence is kept.</summary>
    Deleted,
}
