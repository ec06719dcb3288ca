namespace Metering.Contracts;

/// <summary>A license with a limit of calls, and what is done to it.</summary>
internal static class Commands
{
    public const string Calls = "calls";

    public static OpenLicense Open(string licenseId, decimal? limit = 1_000, Interval reset = Interval.Month) => new()
    {
        LicenseId = licenseId,
        TenantId = "tenant_1",
        Features =
        [
            new FeatureTerms(Metered(Calls), new Terms { Limit = limit, Reset = new Reset { Interval = reset } }),
            new FeatureTerms(Metered("jobs"), new Terms { Limit = limit, Reset = new Reset { Interval = reset } }),
        ],
    };

    public static Consume Consume(decimal amount = 1, string feature = Calls, string? eventId = null) =>
        new() { FeatureCode = feature, Given = amount, EventId = eventId };

    public static async Task<ApplyResult> OpenAsync(this ILicenseMeters meters, string licenseId, decimal? limit = 1_000)
    {
        var opened = await meters.ApplyAsync(licenseId, Open(licenseId, limit), null, CancellationToken.None);
        Assert.Equal(ApplyStatus.Applied, opened.Status);
        return opened;
    }

    public static ValueTask<ApplyResult> ApplyAsync(this ILicenseMeters meters, string licenseId, Command command, Once? once = null) =>
        meters.ApplyAsync(licenseId, command, once, CancellationToken.None);

    public static async Task<decimal> UsedAsync(this ILicenseMeters meters, string licenseId) =>
        (await meters.ReadAsync(licenseId, CancellationToken.None))!.FindMeter(Calls)!.Used;

    private static Feature Metered(string code) => new() { Code = code, Kind = FeatureKind.Metered, Metric = MetricType.Counter };
}
