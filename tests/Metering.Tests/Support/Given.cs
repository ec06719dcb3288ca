using System.Globalization;

namespace Metering.Tests.Support;

/// <summary>Short words for what tests are given.</summary>
internal static class Given
{
    public const string Calls = "calls";

    /// <summary>An instant from RFC 3339 text; a date alone is its midnight, UTC.</summary>
    public static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static Feature Feature(string code = Calls, MetricType metric = MetricType.Counter) => new() { Code = code, Metric = metric };

    public static Feature Boolean(string code) => new() { Code = code, Kind = FeatureKind.Boolean };

    public static Terms Limit(decimal? limit, Interval reset = Interval.None, Policy over = Policy.Deny) =>
        new() { Limit = limit, Reset = new Reset { Interval = reset }, OverLimit = over };

    public static Terms Tiered(decimal? limit, params Tier[] tiers) => Limit(limit, Interval.Month) with { Tiers = [.. tiers] };

    public static Terms Priced(decimal? limit, params Tier[] tiers) => Tiered(limit, tiers) with { PriceUnit = "USD" };

    public static Tier From(decimal from, Level level = Level.Normal, Policy policy = Policy.NotifyOnly) =>
        new() { From = new Threshold(from, false), Level = level, Policy = policy };

    public static Tier FromPercent(decimal percent, Level level = Level.Normal, Policy policy = Policy.NotifyOnly) =>
        new() { From = new Threshold(percent, true), Level = level, Policy = policy };

    public static FeatureTerms Of(Terms terms, string code = Calls, MetricType metric = MetricType.Counter) =>
        new(Feature(code, metric), terms);

    public static PlanTerms Plan(string id, string group, params FeatureTerms[] features) => new(id, 1, group, [.. features]);
}
