using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What happens to use in a tier (rule 6).</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Policy>))]
public enum Policy
{
    /// <summary>Allow and signal.</summary>
    NotifyOnly,

    /// <summary>Allow and count the overage.</summary>
    AllowWithOverage,

    /// <summary>Allow up to the grace amount beyond the tier's start, then deny.</summary>
    AllowWithGrace,

    /// <summary>Allow at the tier's rate, else refuse for now.</summary>
    RateLimit,

    /// <summary>Refuse.</summary>
    Deny,

    /// <summary>Refuse this and everything after it until resumed, or until the next period if the tier says so.</summary>
    SuspendUsage,
}
