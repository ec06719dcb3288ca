using System.Collections.Immutable;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Random features, terms and plans. The same number gives the same.</summary>
internal sealed class Scenario
{
    public const string Flag = "flag";

    /// <summary>Metered features with their metric types, which never change.</summary>
    public static readonly ImmutableArray<Feature> Metered =
    [
        Given.Feature("calls"),
        Given.Feature("tokens"),
        Given.Feature("meter_total", MetricType.Total),
        Given.Feature("seats", MetricType.Gauge),
        Given.Feature("jobs", MetricType.UpDown),
        Machines.Feature,
    ];

    private static readonly decimal?[] Limits = [null, 0, 10, 50, 100.5m, 1000];
    private static readonly decimal?[] Caps = [null, null, 0, 5, 30.25m];
    private static readonly string?[] Zones = [null, null, "Europe/Berlin", "America/Sao_Paulo"];
    private static readonly decimal[] Percents = [40, 75, 80, 100, 120, 150];
    private static readonly Interval[] Intervals =
        [Interval.None, Interval.Hour, Interval.Day, Interval.Day, Interval.Week, Interval.Month, Interval.Month, Interval.Year];

    public Scenario(int seed)
    {
        var random = new Random(seed);
        Open = new OpenLicense
        {
            LicenseId = "lic_1",
            TenantId = "tenant_1",
            Anchor = random.Next(3) == 0 ? Given.At("2024-01-31T05:30:00Z") : null,
            TimeZone = Pick(random, Zones),
            Features = [.. Metered.Where(_ => random.Next(4) > 0).Select(feature => new FeatureTerms(feature, AnyTerms(random, feature)))],
            Plans = AnyPlans(random),
        };
        Start = Given.At("2026-01-15T10:00:00Z") + TimeSpan.FromHours(random.Next(24 * 365));
    }

    public OpenLicense Open { get; }

    public DateTimeOffset Start { get; }

    public static ImmutableArray<PlanTerms> AnyPlans(Random random)
    {
        var plans = ImmutableArray.CreateBuilder<PlanTerms>();
        for (var group = 0; group < random.Next(3); group++)
        {
            var features = Metered.Where(_ => random.Next(2) == 0).Select(feature => new FeatureTerms(feature, AnyTerms(random, feature)))
                .ToList();
            if (random.Next(2) == 0)
            {
                features.Add(new FeatureTerms(Given.Boolean(Flag), Terms.Unlimited));
            }

            plans.Add(new PlanTerms("plan_" + group, random.Next(1, 4), "group_" + group, [.. features]));
        }

        return plans.ToImmutable();
    }

    /// <summary>A license's plans as whoever asks for a change brings them along, with any terms.</summary>
    public static ImmutableArray<PlanTerms> PlansOf(LicenseState state, Random random) =>
    [
        .. state.Plans.Select(plan => new PlanTerms(
            plan.PlanId, plan.Version, plan.Group,
            [.. Metered.Where(_ => random.Next(2) == 0).Select(feature => new FeatureTerms(feature, AnyTerms(random, feature)))])),
    ];

    public static Terms AnyTerms(Random random, Feature feature) => new()
    {
        Limit = Pick(random, Limits),
        Reset = new Reset
        {
            Interval = Pick(random, Intervals),
            Anchor = random.Next(3) == 0 ? AnchorKind.Calendar : AnchorKind.License,
            TimeZone = Pick(random, Zones),
        },
        OverLimit = random.Next(3) == 0 ? Policy.AllowWithOverage : Policy.Deny,
        RolloverMax = Pick(random, Caps),
        Tiers = random.Next(5) < 2 ? [] : AnyTiers(random),
        PriceUnit = feature.Code == "tokens" || random.Next(4) == 0 ? (random.Next(4) == 0 ? "credits" : "USD") : null,
    };

    private static ImmutableArray<Tier> AnyTiers(Random random)
    {
        var tiers = ImmutableArray.CreateBuilder<Tier>();
        decimal from = random.Next(2) * 5;
        for (var i = 0; i < random.Next(1, 5); i++)
        {
            var percent = random.Next(2) == 0;
            tiers.Add(new Tier
            {
                From = percent
                    ? new Threshold(Percents[Math.Min(i + random.Next(3), Percents.Length - 1)], true)
                    : new Threshold(from, false),
                Level = (Level)random.Next(4),
                Policy = random.Next(2) == 0 ? Policy.NotifyOnly : (Policy)random.Next(6),
                Grace = random.Next(4) * 2.5m,
                Rate = new Rate(random.Next(1, 4), (RateInterval)random.Next(4), random.Next(1, 20)),
                ResumesNextPeriod = random.Next(2) == 0,
                UnitPrice = random.Next(4) * 0.013m,
                BasePrice = random.Next(3) * 0.5m,
            });
            from += random.Next(1, 30);
        }

        return tiers.ToImmutable();
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
