using Metering;

namespace MeterFunctions.Tests.Hosting;

/// <summary>Commands that the tests send.</summary>
internal static class Commands
{
    public const string Calls = "calls";

    public static OpenLicense Open(string id, decimal limit = 1000) => new()
    {
        LicenseId = id,
        TenantId = "tenant_1",
        Features =
        [
            new FeatureTerms(
                new Feature { Code = Calls, Kind = FeatureKind.Metered, Metric = MetricType.Counter }, new Terms { Limit = limit })
        ],
    };

    public static Consume Consume(decimal amount = 1) => new() { FeatureCode = Calls, Given = amount };

    public static Once Key(string key, string body = "body") => Once.ByKey(key, body);
}
