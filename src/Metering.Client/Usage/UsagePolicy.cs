namespace Metering.Client;

/// <summary>What happens to use in a tier (rule 6).</summary>
public enum UsagePolicy
{
    /// <summary>Not known: an answer without a connection, or a policy that only a newer meter has.</summary>
    Unknown,

    /// <summary>Let through, and told.</summary>
    NotifyOnly,

    /// <summary>Let through, and counted as overage.</summary>
    AllowWithOverage,

    /// <summary>Let through up to a grace amount, then refused.</summary>
    AllowWithGrace,

    /// <summary>Let through at a rate.</summary>
    RateLimit,

    /// <summary>Refused.</summary>
    Deny,

    /// <summary>Refused, this and everything after it.</summary>
    SuspendUsage,
}
