using System.Text.Json;

namespace Metering.Api.Tests;

public sealed class TermsTests
{
    [Fact]
    public void Terms_read_back_as_they_were_written()
    {
        var random = new Random(42);
        for (var i = 0; i < 500; i++)
        {
            var terms = SomeTerms(random);
            var json = JsonSerializer.Serialize(
                TermsWriting.Fill(new IncludeDocument { FeatureCode = "m" }, terms), ApiJson.Default.IncludeDocument);
            var errors = new FieldErrors();
            var read = TermsReading.Read(JsonSerializer.Deserialize(json, ApiJson.Default.IncludeDocument)!, null, "", errors);
            Assert.False(errors.Any, json + string.Join(';', errors.Found));
            Assert.Equal(terms, read);
        }
    }

    private static Terms SomeTerms(Random random) => SomeTerms(random, Maybe(random, 1000m + Some(random)));

    private static Terms SomeTerms(Random random, decimal? limit) => new()
    {
        Limit = limit,
        Reset = random.Next(4) switch
        {
            0 => Reset.Never,
            1 => new Reset { Interval = Interval.Month },
            2 => new Reset { Interval = Interval.Week, Anchor = AnchorKind.Calendar, TimeZone = "Europe/Berlin" },
            _ =>
                new Reset
                {
                    Interval = Interval.Day,
                    Anchor = AnchorKind.At,
                    AnchorAt = new DateTimeOffset(2026, 1, 31, 0, 0, random.Next(60), random.Next(1000), TimeSpan.Zero),
                    TimeZone = random.Next(2) == 0 ? null : "Asia/Tokyo",
                },
        },
        OverLimit = random.Next(2) == 0 ? Policy.Deny : Policy.AllowWithOverage,
        RolloverMax = Maybe(random, Some(random)),
        PriceUnit = "USD",
        Tiers = [.. Enumerable.Range(1, random.Next(5)).Select(i => SomeTier(random, i, limit is not null))],
    };

    // Only where there is a limit may a tier begin at a percentage of it.
    private static Tier SomeTier(Random random, int place, bool limited)
    {
        var policy = Enum.GetValues<Policy>()[random.Next(6)];
        return new Tier
        {
            From = limited && random.Next(2) == 0 && place == 1
                ? new Threshold(1 + Some(random) % 10, true)
                : new Threshold(1000m * place + Some(random) % 100, false),
            Level = Enum.GetValues<Level>()[random.Next(4)],
            Policy = policy,
            Grace = policy == Policy.AllowWithGrace ? Some(random) : 0,
            Rate = policy == Policy.RateLimit ? new Rate(1 + Some(random), RateInterval.Minute, 1 + Some(random)) : null,
            ResumesNextPeriod = policy == Policy.SuspendUsage && random.Next(2) == 0,
            UnitPrice = Some(random),
            BasePrice = Some(random),
        };
    }

    private static decimal Some(Random random) => random.Next(1_000_000) / 1000m;

    private static decimal? Maybe(Random random, decimal value) => random.Next(2) == 0 ? null : value;
}
