using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What happens to use in a tier (rule 6). What a policy decides is in its <see cref="PolicyRule"/>, and nowhere else.</summary>
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

/// <summary>Which <see cref="PolicyRule"/> a policy is: beside the policies, so that a new one needs this file and its own.</summary>
internal static class PolicyRules
{
    // One of each, because a rule keeps nothing: all that it decides on is in the tier and the use.
    private static readonly NotifyOnly NotifyOnly = new();
    private static readonly AllowWithOverage AllowWithOverage = new();
    private static readonly AllowWithGrace AllowWithGrace = new();
    private static readonly RateLimit RateLimit = new();
    private static readonly Deny Deny = new();
    private static readonly SuspendUsage SuspendUsage = new();

    /// <exception cref="ArgumentOutOfRangeException">A policy without a rule: a bug. To deny would hide it, to allow would give use
    /// away.</exception>
    public static PolicyRule Of(Policy policy) => policy switch
    {
        Policy.NotifyOnly => NotifyOnly,
        Policy.AllowWithOverage => AllowWithOverage,
        Policy.AllowWithGrace => AllowWithGrace,
        Policy.RateLimit => RateLimit,
        Policy.Deny => Deny,
        Policy.SuspendUsage => SuspendUsage,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "There is no such policy."),
    };
}
