using System.Text.Json;

namespace Metering;

/// <summary>What the directory knows of a license.</summary>
public sealed record LicenseRecord
{
    /// <summary>Its id, <c>lic_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The customer that holds it.</summary>
    public required string TenantId { get; init; }

    /// <summary>SHA-256 of its key, lower-case hex. The key itself is not kept.</summary>
    public required string KeyHash { get; init; }

    /// <summary>By what the last changes of its key and its metadata are recognized when they come again; null: there are none.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it was deleted: it is kept for its evidence, and its key opens nothing.</summary>
    public bool Deleted { get; init; }

    /// <summary>What the operator wants kept with it: a JSON object.</summary>
    public JsonElement? Metadata { get; init; }
}
