using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>What is to be different about a license. What is not set stays as it is.</summary>
public sealed record LicenseChange
{
    private static readonly JsonElement Nothing = JsonElement.Parse("null");

    /// <summary>The plan that takes the place of the one of its group.</summary>
    public string? PlanId { get; init; }

    /// <summary>The plans that take the place of all.</summary>
    public IReadOnlyList<string>? Plans { get; init; }

    /// <summary>From when on it is no longer valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it is to be valid for ever; <see cref="ExpiresAt"/> is not looked at then.</summary>
    public bool NeverExpires { get; init; }

    /// <summary>Kept with it in place of what was: a JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Whether nothing is to be kept with it; <see cref="Metadata"/> is not looked at then.</summary>
    public bool RemoveMetadata { get; init; }

    // In the body what is absent stays, and null takes away.
    internal LicensePatchBody ToBody() => new(
        PlanId,
        Plans,
        NeverExpires ? Nothing : ExpiresAt is { } time ? JsonSerializer.SerializeToElement(time, AdminJson.Default.DateTimeOffset) : null,
        RemoveMetadata ? Nothing : Metadata);
}
