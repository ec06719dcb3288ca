using System.Reflection;
using System.Text.Json;

namespace Metering.Api.Tests;

public class UnitTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("$", "")]
    [InlineData("$.amount", "/amount")]
    [InlineData("$.plans[0].includes[12].tiers[3].from", "/plans/0/includes/12/tiers/3/from")]
    [InlineData("$['a.b'].c", "/a.b/c")]
    [InlineData("$['a/b~c']", "/a~1b~0c")]
    [InlineData("$[5]", "/5")]
    public void A_path_becomes_a_pointer(string? path, string pointer) => Assert.Equal(pointer, JsonFault.ToPointer(path));

    [Fact]
    public void Every_refusal_has_a_status_and_a_title()
    {
        var codes = typeof(RefusalCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.InRange(ProblemCode.StatusOf(code), 400, 499));
        Assert.All(ProblemCode.All, code => Assert.NotEqual("", ProblemCode.TitleOf(code)));
    }

    [Fact]
    public void Every_route_has_a_name_of_its_own_and_an_answer()
    {
        Assert.Equal(ApiRoutes.All.Count, ApiRoutes.All.Select(route => route.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ApiRoutes.All, route =>
        {
            Assert.Matches("^[A-Z][A-Za-z0-9]+$", route.Name);
            Assert.NotEmpty(route.Answers);
            Assert.NotEqual("", route.Summary);
            Assert.Same(route, ApiRoutes.Find(route.Name));
            Assert.All(route.Problems, code => Assert.InRange(ProblemCode.StatusOf(code), 400, 599));
        });
    }

    [Fact]
    public void Terms_read_back_as_they_were_written()
    {
        var random = new Random(42);
        for (var i = 0; i < 500; i++)
        {
            var terms = SomeTerms(random);
            var json = JsonSerializer.Serialize(TermsWriting.Fill(new IncludeDocument { FeatureCode = "m" }, terms), ApiJson.Default.IncludeDocument);
            var errors = new FieldErrors();
            var read = TermsReading.Read(JsonSerializer.Deserialize(json, ApiJson.Default.IncludeDocument)!, null, "", errors);
            Assert.False(errors.Any, json + string.Join(';', errors.Found));
            Assert.Equal(terms, read);
        }
    }

    [Fact]
    public void The_cache_is_bounded_and_keeps_what_is_asked_for()
    {
        var cache = new RecentCache<int, string>(100, TimeSpan.FromHours(1));
        cache.Set(-1, "kept");
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, "value");
            Assert.True(cache.TryGet(-1, out var kept));
            Assert.Equal("kept", kept);
            Assert.InRange(cache.Count, 1, 100);
        }

        Assert.True(cache.TryGet(9_999, out _));
        Assert.False(cache.TryGet(0, out _));
        cache.Remove(9_999);
        Assert.False(cache.TryGet(9_999, out _));
    }

    [Fact]
    public void The_cache_forgets_what_is_old()
    {
        var cache = new RecentCache<int, string>(100, TimeSpan.Zero);
        cache.Set(1, "old");
        Assert.False(cache.TryGet(1, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lk_abc")]
    [InlineData("ключ")]
    public void A_secrets_hash_is_its_sha256_in_hex(string secret)
    {
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));
        Assert.Equal(expected, SecretHash.Of(secret).ToString());
        Assert.Equal(SecretHash.Of(secret), SecretHash.FromHex(expected));
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(new string('k', 5000)))),
            SecretHash.Of(new string('k', 5000)).ToString());
    }

    [Fact]
    public void A_lease_key_is_the_same_after_it_was_kept()
    {
        var key = LeaseKey.Generate();
        var read = LeaseKey.FromPkcs8(key.ToPkcs8());
        Assert.Equal((key.Id, key.X, key.Y), (read.Id, read.X, read.Y));
        Assert.NotEqual(key.Id, LeaseKey.Generate().Id);
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => LeaseKey.FromPkcs8(other.ExportPkcs8PrivateKey()));
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
            _ => new Reset { Interval = Interval.Day, Anchor = AnchorKind.At, AnchorAt = new DateTimeOffset(2026, 1, 31, 0, 0, random.Next(60), random.Next(1000), TimeSpan.Zero), TimeZone = random.Next(2) == 0 ? null : "Asia/Tokyo" },
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
            From = limited && random.Next(2) == 0 && place == 1 ? new Threshold(1 + Some(random) % 10, true) : new Threshold(1000m * place + Some(random) % 100, false),
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

public class RateLimitHeaderTests
{
    [Fact]
    public void Units_are_rounded_down_seconds_up_and_no_end_means_no_window()
    {
        var now = new DateTimeOffset(2026, 11, 30, 23, 0, 0, 1, TimeSpan.Zero);
        var answer = Answer() with { Allowance = 1000.9m, Remaining = 959.99m };
        Assert.Equal(("\"quota\";q=1000;w=2592000", "\"quota\";r=959;t=3600"), Write(answer, now));
        Assert.Equal(("\"quota\";q=1000", "\"quota\";r=0"), Write(answer with { Remaining = -5, Period = new Period(now, null), ResetsAt = null }, now));
        Assert.Equal(("\"quota\";q=999999999999999;w=2592000", "\"quota\";r=959;t=0"), Write(answer with { Allowance = Amount.MaxTotal }, now.AddDays(2)));
    }

    [Fact]
    public void A_rate_is_a_member_of_its_own_and_the_unlimited_has_no_quota()
    {
        var now = new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero);
        var rate = new RateView(20, 2, 7.5m, 2);
        Assert.Equal(("\"quota\";q=1000;w=2592000, \"rate\";q=20;w=2", "\"quota\";r=959;t=3600, \"rate\";r=7;t=2"), Write(Answer() with { Rate = rate }, now));
        var unlimited = Answer() with { Unlimited = true, Limit = null, Allowance = null, Remaining = null };
        Assert.Equal(("", ""), Write(unlimited, now));
        Assert.Equal(("\"rate\";q=20;w=2", "\"rate\";r=7;t=2"), Write(unlimited with { Rate = rate }, now));
        Assert.Equal(("", ""), Write(Answer() with { Kind = FeatureKind.Boolean }, now));
    }

    [Fact]
    public void What_may_still_be_used_counts_beyond_the_allowance_and_is_no_quota_where_it_has_no_end()
    {
        var now = new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero);
        var over = Answer() with { Used = 1010, Overage = 10, Remaining = 0 };
        Assert.Equal(("\"quota\";q=1020;w=2592000", "\"quota\";r=10;t=3600"), Write(over with { Room = 10 }, now));
        Assert.Equal(("", ""), Write(over with { Endless = true }, now));
        Assert.Equal(("\"quota\";q=500;w=2592000", "\"quota\";r=0;t=3600"), Write(Answer() with { Used = 400, Held = 100, Room = 0 }, now));
    }

    private static UsageAnswer Answer() => new()
    {
        FeatureCode = "api_calls",
        Limit = 1000,
        Allowance = 1000,
        Remaining = 959,
        Period = new Period(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)),
        ResetsAt = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
    };

    private static (string Policy, string State) Write(UsageAnswer answer, DateTimeOffset now)
    {
        var response = new Microsoft.AspNetCore.Http.DefaultHttpContext().Response;
        RateLimitHeaders.Write(response, answer, now);
        return (response.Headers["RateLimit-Policy"].ToString(), response.Headers["RateLimit"].ToString());
    }
}
