namespace Metering;

/// <summary>Suspend, resume, delete the license or change its expiry. What is null stays as it is.</summary>
public sealed record ChangeLicense : Command
{
    /// <summary>Whether the license is suspended.</summary>
    public bool? Suspended { get; init; }

    /// <summary>Whether the license is deleted; there is no way back.</summary>
    public bool? Deleted { get; init; }

    /// <summary>Whether to set <see cref="ExpiresAt"/>.</summary>
    public bool SetExpiry { get; init; }

    /// <summary>With <see cref="SetExpiry"/>: the new expiry, null for none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
