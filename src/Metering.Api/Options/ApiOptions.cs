using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>The API's limits and names: the part <c>Api</c> of <see cref="MeteringOptions"/>.</summary>
public sealed record ApiOptions : IValidatableObject
{
    private const int LargestBody = 256 << 20;
    private const int MaxCount = 10_000_000;

    /// <summary>Largest body of a request; beyond it 413.</summary>
    [Range(1_024, LargestBody)]
    public int MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>Largest body of a batch of events.</summary>
    [Range(1_024, LargestBody)]
    public int MaxBatchBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Most bytes of request bodies in memory at once, over all connections; beyond it 503 <c>busy</c>. Bodies of up to 16 KiB are not
    /// counted. At least twice the largest body.
    /// </summary>
    [Range(2_048, 1L << 40)]
    public long MaxBodyMemoryBytes { get; init; } = 256L << 20;

    /// <summary>Most events in one request.</summary>
    [Range(1, MaxCount)]
    public int MaxEvents { get; init; } = 50_000;

    /// <summary>Most license keys whose license is remembered, so that the directory need not be asked.</summary>
    [Range(2, MaxCount)]
    public int KeyCacheSize { get; init; } = 200_000;

    /// <summary>For how long a key's license is remembered. Another instance may go on accepting a replaced key for that long.</summary>
    [Range(1, 86_400)]
    public int KeyCacheSeconds { get; init; } = 60;

    /// <summary>
    /// How many credentials that are not valid one remote address may show in a minute. Beyond it 429 for what this process does not know
    /// to be valid already.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxFailedLogins { get; init; } = 60;

    /// <summary>Most tenants whose licenses are remembered.</summary>
    [Range(2, MaxCount)]
    public int TenantCacheSize { get; init; } = 100_000;

    /// <summary>For how long the license of a tenant's metric is remembered.</summary>
    [Range(1, 86_400)]
    public int TenantCacheSeconds { get; init; } = 60;

    /// <summary>Most plan migrations that run at once; ten times as many finished ones are remembered.</summary>
    [Range(1, 1_000)]
    public int MaxMigrations { get; init; } = 10;

    /// <summary>Issuer of lease tokens (<c>iss</c>).</summary>
    [Required(ErrorMessage = "must not be blank.")]
    [StringLength(200, MinimumLength = 1)]
    public string Issuer { get; init; } = "meterfunctions";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The largest body that is allowed must find room, once decoded and while its buffer grows.
        var least = 2L * Math.Max(MaxBodyBytes, MaxBatchBytes);
        if (MaxBodyMemoryBytes < least)
        {
            yield return new ValidationResult($"must be {least} or more, twice the largest body.", [nameof(MaxBodyMemoryBytes)]);
        }
    }
}
