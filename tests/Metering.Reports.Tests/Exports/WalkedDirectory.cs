namespace Metering.Reports.Tests.Exports;

/// <summary>A directory that can be walked, and that says of each license of a tenant that it has every feature.</summary>
internal sealed class WalkedDirectory(Func<IEnumerable<LicenseRecord>> all) : ILicenseDirectory
{
    public ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
        string? tenantId, string? afterId, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<LicenseRecord>>(
        [
            .. all().Where(one => (tenantId is null || one.TenantId == tenantId) && string.CompareOrdinal(one.Id, afterId) > 0).Take(limit),
        ]);

    public ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<LicenseRecord> AddAsync(
        LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<LicenseRecord?> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<Page<ListedLicense>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken) =>
        throw Unasked();

    public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<MetricHolder>>(
            [.. all().Where(one => one.TenantId == tenantId).Select(one => new MetricHolder(one.Id, one.CreatedAt, []))]);

    private static InvalidOperationException Unasked() => new("An export asks for this of no port.");
}
