using System.Collections.Immutable;

namespace Metering.Server.Demo;

/// <summary>What the demo sells.</summary>
internal static class DemoCatalog
{
    internal const string ApiCalls = "api_calls";
    internal const string Messages = "messages";
    internal const string Tokens = "tokens";
    internal const string Telemetry = "telemetry";
    internal const string Seats = "seats";
    internal const string Free = "free";
    internal const string Pro = "pro";
    internal const string Team = "team";
    internal const string Prepaid = "prepaid";
    internal const string Fleet = "fleet";

    private static readonly Reset Monthly = new() { Interval = Interval.Month };

    private static readonly ImmutableArray<Feature> Features =
    [
        new() { Code = ApiCalls, Name = "API calls", Unit = "call" },
        new() { Code = Messages, Name = "Messages", Unit = "message" },
        new() { Code = Tokens, Name = "Model tokens", Unit = "token" },
        new() { Code = Telemetry, Name = "Telemetry", Metric = MetricType.Total, Unit = "record" },
        new() { Code = Seats, Name = "Seats", Metric = MetricType.UpDown, Unit = "seat" },
        new() { Code = "pro_models", Name = "Pro models", Kind = FeatureKind.Boolean },
        Machines.Feature,
    ];

    /// <summary>The catalog with what is missing of the demo's.</summary>
    /// <param name="before">The catalog.</param>
    /// <param name="published">When the demo's plans were published, UTC.</param>
    internal static CatalogSnapshot Add(CatalogSnapshot before, DateTimeOffset published) => before with
    {
        Features = before.Features.AddRange(Features.Where(feature => !before.Features.ContainsKey(feature.Code))
            .Select(feature => KeyValuePair.Create(feature.Code, feature))),
        Plans = before.Plans.AddRange(Plans.Where(plan => !before.Plans.ContainsKey(plan.Id))
            .Select(plan => KeyValuePair.Create(plan.Id, ImmutableArray.Create(plan with { PublishedAt = published })))),
    };

    /// <summary>A feature on terms of a license's own.</summary>
    /// <param name="code">Which feature.</param>
    /// <param name="terms">The terms; what they don't say of the reset is monthly.</param>
    internal static FeatureTerms Assigned(string code, Terms terms) =>
        new(Features.First(feature => feature.Code == code), terms with { Reset = Monthly });

    private static IEnumerable<Plan> Plans =>
    [
        new()
        {
            Id = Free, Name = "Free", Default = true, Includes = [new(Messages, new Terms { Limit = 100, Reset = Monthly })],
        },
        new()
        {
            Id = Pro, Name = "Pro", Price = new PlanPrice(19, "USD", Interval.Month),
            Includes =
            [
                new(Messages, new Terms { Limit = 2_000, Reset = Monthly }),
                new(ApiCalls, new Terms { Limit = 1_000, Reset = Monthly, Tiers = Warnings }),
                new("pro_models", Terms.Unlimited),
            ],
        },
        new()
        {
            // Priced, and without a balance: what it costs is what billing reads.
            Id = Team, Name = "Team", Price = new PlanPrice(99, "USD", Interval.Month),
            Includes =
            [
                new(ApiCalls, new Terms
                {
                    Limit = 20_000, Reset = Monthly, PriceUnit = "USD",
                    Tiers =
                    [
                        new() { From = new(80, true), Level = Level.Warning },
                        new()
                        {
                            From = new(100, true), Level = Level.OverUsage, Policy = Policy.AllowWithOverage, UnitPrice = 0.004m,
                            BasePrice = 5,
                        },
                    ],
                }),
                new(Seats, new Terms { Limit = 50, Reset = Monthly, OverLimit = Policy.AllowWithOverage }),
            ],
        },
        new()
        {
            Id = Prepaid, Name = "Prepaid",
            Includes =
            [
                new(Tokens, new Terms
                {
                    Reset = Monthly, PriceUnit = "credits",
                    Tiers = [new() { UnitPrice = 0.002m }, new() { From = new(100_000, false), UnitPrice = 0.0015m }],
                }),
            ],
        },
        new()
        {
            Id = Fleet, Name = "Fleet", Price = new PlanPrice(250, "USD", Interval.Month),
            Includes = [new(Telemetry, new Terms { Limit = 200_000, Reset = Monthly, RolloverMax = 20_000 })],
        },
    ];

    private static ImmutableArray<Tier> Warnings =>
    [
        new() { From = new(80, true), Level = Level.Warning },
        new() { From = new(95, true), Level = Level.Critical },
    ];
}
