using System.Text.Json;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Json;

public sealed class StoredStateTests
{
    /// <summary>A state with no more fields than it needs, and one that this version does not know.</summary>
    private const string Sparse = """
        {
          "format": 5, "license_id": "lic_1", "tenant_id": "tenant_1", "sequence": 7,
          "created_at": "2026-01-01T00:00:00Z", "last_seen": "2026-01-05T00:00:00Z", "anchor": "2026-01-01T00:00:00Z",
          "a_field_that_nobody_knows": { "x": [1, 2] },
          "meters": [
            { "feature": { "code": "calls" },
              "terms": { "limit": 10, "reset": { "interval": "month" }, "over_limit": "deny" },
              "assigned": true,
              "schedule": { "interval": "month", "anchor": "2026-01-01T00:00:00Z" },
              "period": { "start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z" },
              "used": 4, "limit_used": 4,
              "days": [ { "day": "2026-01-05", "count": 2, "sum": 4, "min": 1, "max": 3, "last": 3 } ] },
            { "feature": { "code": "seats", "metric": "gauge" }, "terms": { "over_limit": "deny" }, "assigned": true,
              "schedule": { "anchor": "2026-01-01T00:00:00Z" }, "period": { "start": "2026-01-01T00:00:00Z" } }
          ],
          "balances": [ { "unit": "USD", "amount": 5, "bought": 5 } ]
        }
        """;

    [Fact]
    public void A_sparse_state_is_read_with_the_meanings_of_its_missing_fields()
    {
        var state = Read(Sparse);
        var meter = state.FindMeter(Calls)!;
        Assert.Equal((4m, 0m, 0, 0, 0), (meter.Used, meter.Held, meter.Grants.Length, meter.EndedGrants.Length, meter.Terms.Tiers.Length));
        Assert.Equal((0, 0, false), (state.Holds.Count, state.Plans.Length, state.Suspended));
        Assert.Equal(Reset.Never, state.FindMeter("seats")!.Terms.Reset);
        Assert.Equal((5m, 0m), (state.FindBalance("USD")!.Amount, state.FindBalance("USD")!.LowAt));
    }

    [Fact]
    public void A_sparse_state_goes_on_counting()
    {
        var now = At("2026-01-06");
        var outcome = LicenseMeter.Apply(Read(Sparse), new Consume { FeatureCode = Calls, Given = 6 }, now);
        Assert.Equal(10, Assert.IsType<UsageAnswer>(outcome.Answer).Used);
        outcome = LicenseMeter.Apply(outcome.State, new Consume { FeatureCode = "seats", Given = 2, Key = "a" }, now);
        outcome = LicenseMeter.Apply(outcome.State, new AddGrant { FeatureCode = Calls, Amount = 5 }, now);
        outcome = LicenseMeter.Apply(outcome.State, new OpenHold { FeatureCode = Calls, Amount = 5, TtlSeconds = 60 }, now);
        outcome = LicenseMeter.Apply(outcome.State, new Consume { FeatureCode = Calls, Given = 1 }, now);
        Assert.Equal(RefusalCode.QuotaExceeded, Assert.IsType<Refusal>(outcome.Answer).Code);
        Assert.Equal(11, outcome.State.Sequence);
    }

    [Theory]
    [InlineData(4, "An earlier version wrote it")]
    [InlineData(6, "A newer version wrote it")]
    public void A_state_in_another_form_is_refused_by_its_number(int format, string why)
    {
        // What follows the number may have any shape: it is not looked at.
        var other = $$"""{ "format": {{format}}, "license_id": { "changed": true } }""";
        var refusal = Assert.Throws<UnknownFormatException>(() => Read(other));
        Assert.Equal(format, refusal.Format);
        Assert.Contains($"form {format}, and this version reads form 5 only. {why}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_does_not_say_its_form_is_refused() =>
        Assert.Equal(
            0, Assert.Throws<UnknownFormatException>(() => Read(Sparse.Replace("\"format\": 5,", "", StringComparison.Ordinal))).Format);

    [Fact]
    public void The_form_is_the_first_thing_that_is_written() =>
        Assert.StartsWith("{\"format\":5,", Write(new World(Limit(10)).State), StringComparison.Ordinal);

    [Fact]
    public void Values_that_are_false_or_zero_survive_where_the_default_is_another()
    {
        var world = new World(Limit(0, over: Policy.NotifyOnly));
        world.Do(new UnassignFeature { FeatureCode = Calls });
        var again = Read(Write(world.State)).FindMeter(Calls)!;
        Assert.Equal((false, 0m, Policy.NotifyOnly), (again.Assigned, again.Terms.Limit, again.Terms.OverLimit));
        var reset = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(new ResetUsage { KeepAnchor = false }, MeteringJson.Default.Command),
            MeteringJson.Default.Command);
        Assert.False(Assert.IsType<ResetUsage>(reset).KeepAnchor);
        var consume = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(new Consume { FeatureCode = Calls, Given = 0 }, MeteringJson.Default.Command),
            MeteringJson.Default.Command);
        Assert.Equal(0, Assert.IsType<Consume>(consume).Given);
    }

    [Fact]
    public void A_command_that_does_not_say_why_a_feature_is_not_offered_says_that_it_is()
    {
        var json = JsonSerializer.Serialize<Command>(new AssignFeature { Feature = Of(Limit(10)) }, MeteringJson.Default.Command);
        Assert.DoesNotContain("not_offered", json, StringComparison.Ordinal);
        var assign = JsonSerializer.Deserialize(json, MeteringJson.Default.Command);
        Assert.Null(Assert.IsType<AssignFeature>(assign).NotOffered);
    }

    [Fact]
    public void Every_digit_of_the_largest_total_survives()
    {
        var world = new World(Limit(null));
        for (var i = 0; i < 999; i++)
        {
            world.Use(Amount.Max);
        }

        var used = world.Meter.Used;
        Assert.Equal((Amount.Max * 999, used), (used, Read(Write(world.State)).FindMeter(Calls)!.Used));
    }

    [Fact]
    public void Parts_of_a_tick_survive()
    {
        var world = new World(Tiered(null, From(0, Level.Normal, Policy.RateLimit) with { Rate = new Rate(3, RateInterval.Second, 3) }));
        world.Use(1);
        Assert.NotEqual(0, world.Meter.RateNext % 1);
        Assert.Equal(world.Meter.RateNext, Read(Write(world.State)).FindMeter(Calls)!.RateNext);
    }

    [Fact]
    public void A_new_license_takes_few_bytes() => Assert.InRange(Write(new World(Limit(10, Interval.Month)).State).Length, 1, 600);

    private static string Write(LicenseState state) => JsonSerializer.Serialize(state, MeteringJson.Default.LicenseState);

    private static LicenseState Read(string json) => JsonSerializer.Deserialize(json, MeteringJson.Default.LicenseState)!;
}
