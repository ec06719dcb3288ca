namespace Metering.Reports.Tests.Exports;

/// <summary>Licenses with use of some days, of which some comes late.</summary>
internal sealed class ExportWorld
{
    public const string Calls = "calls";
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-01T00:00:00Z");
    private readonly Random _random;
    private readonly int _licenses;
    private int _event;

    public ExportWorld(int seed, int licenses = 4)
    {
        (_random, _licenses) = (new Random(seed), licenses);
        for (var i = 0; i < licenses; i++)
        {
            Host.UtcNow = Start.AddMinutes(i);
            Host.Apply(
                Id(i),
                new OpenLicense
                {
                    LicenseId = Id(i),
                    TenantId = Tenant(i),
                    Features =
                    [
                        new FeatureTerms(new Feature { Code = Calls }, new Terms { Limit = 20, OverLimit = Policy.AllowWithOverage }),
                        new FeatureTerms(new Feature { Code = "seats", Metric = MetricType.Gauge }, Terms.Unlimited),
                    ],
                },
                Tenant(i));
        }
    }

    public ExportHost Host { get; } = new();

    public static ExportSpan Days(int from, int to) => new(Start.AddDays(from), Start.AddDays(to));

    public static string Id(int license) => $"lic_{license:D3}";

    public static string Tenant(int license) => license % 2 == 0 ? "acme" : "globex";

    /// <summary>Use until a time, and late use, up to two days old.</summary>
    public void PlayUntil(DateTimeOffset end)
    {
        while (Host.UtcNow < end)
        {
            Host.UtcNow = Host.UtcNow.AddMinutes(_random.Next(1, 240));
            var license = Id(_random.Next(_licenses));
            Host.Apply(license, _random.Next(10) switch
            {
                < 5 => new RecordUse { FeatureCode = Calls, Given = _random.Next(1, 9) / 4m, EventId = NextEvent(), UserId = "=cmd()" },
                < 8 => new RecordUse
                {
                    FeatureCode = Calls, Given = _random.Next(1, 5), EventId = NextEvent(),
                    OccurredAt = Host.UtcNow.AddMinutes(-_random.Next(2_800)),
                },
                8 => new RecordUse { FeatureCode = "seats", Given = _random.Next(5), EventId = NextEvent() },
                _ => new DecrementUsage { FeatureCode = Calls, Amount = 0.25m, Note = new Note { Reason = "wrong, \"twice\"" } },
            });
        }

        Host.UtcNow = end;
    }

    private string NextEvent() => $"evt_{_event++}";
}
