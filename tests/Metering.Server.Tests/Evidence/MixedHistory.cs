using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Evidence;

/// <summary>A data directory in which everything has happened that evidence tells of: four licenses, a month.</summary>
public static class MixedHistory
{
    /// <summary>Plain use under a plan: keys, event ids, users, a late event, refusals, days that have closed.</summary>
    public const string Plain = "lic_plain";

    /// <summary>Tiers with prices and a balance, grants, rollover, open and closed holds.</summary>
    public const string Rich = "lic_rich";

    /// <summary>Levels and readings: a gauge with keys, an up_down, a total, machines.</summary>
    public const string Levels = "lic_levels";

    /// <summary>Deleted, after some use.</summary>
    public const string Gone = "lic_gone";

    private static readonly Feature Tokens = new() { Code = "tokens", Unit = "token" };
    private static readonly Feature Seats = new() { Code = "seats", Metric = MetricType.Gauge };
    private static readonly Feature Connections = new() { Code = "connections", Metric = MetricType.UpDown };
    private static readonly Feature Disk = new() { Code = "disk", Metric = MetricType.Total };

    private static readonly Terms Priced = new()
    {
        Limit = 100,
        Reset = new Reset { Interval = Interval.Month },
        RolloverMax = 30,
        PriceUnit = "USD",
        Tiers =
        [
            new Tier { UnitPrice = 0.5m },
            new Tier { From = new Threshold(80, true), Level = Level.Warning, UnitPrice = 0.25m, BasePrice = 2 },
            new Tier { From = new Threshold(100, true), Level = Level.OverUsage, Policy = Policy.AllowWithOverage, UnitPrice = 1 },
        ],
    };

    /// <summary>Lets it all happen, and leaves it written out.</summary>
    internal static async Task PlayAsync(EngineFixture fixture)
    {
        await OpenAsync(fixture);
        for (var day = 0; day < 31; day++)
        {
            if (day % 3 == 0)
            {
                await UseAsync(fixture, day);
            }

            if (day == 20)
            {
                await fixture.ConsumeAsync(Gone, "gone-2", 2);
                await fixture.ApplyAsync(Gone, new ChangeLicense { Deleted = true });
            }

            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
            await fixture.Engine.FlushAsync();
        }

        await EndAsync(fixture);
        await fixture.Engine.FlushAsync();
    }

    private static async Task OpenAsync(EngineFixture fixture)
    {
        var calls = new FeatureTerms(EngineFixture.Calls, new Terms { Limit = 60, Reset = new Reset { Interval = Interval.Month } });
        await OpenAsync(fixture, Plain, new PlanTerms("pro", 1, "main", [calls]));
        await OpenAsync(fixture, Gone, new PlanTerms("pro", 1, "main", [calls]));
        await OpenAsync(fixture, Rich, null, new FeatureTerms(Tokens, Priced));
        await OpenAsync(
            fixture,
            Levels,
            null,
            new FeatureTerms(Seats, Terms.Unlimited),
            new FeatureTerms(Connections, Terms.Unlimited),
            new FeatureTerms(Disk, Terms.Unlimited));
        await fixture.ConsumeAsync(Gone, "gone-1", 1);
        await fixture.ApplyAsync(Rich, new OpenBalance { Unit = "USD", Amount = 200, AllowOverage = true, LowAt = 150 });
        await fixture.ApplyAsync(Rich, new AddGrant { FeatureCode = "tokens", Amount = 40, ExpiresAt = fixture.Clock.UtcNow.AddDays(90) });
        await fixture.ApplyAsync(Rich, new AddGrant { FeatureCode = "tokens", Amount = 5, Recurrence = Interval.Week, Priority = 2 });
    }

    private static async Task UseAsync(EngineFixture fixture, int day)
    {
        var now = fixture.Clock.UtcNow;
        await ApplyAsync(fixture, Plain, new Consume { FeatureCode = "api_calls", Given = 2, UserId = "ann" }, $"plain-{day}");
        await fixture.ApplyAsync(
            Plain,
            new Consume { FeatureCode = "api_calls", Given = 1, UserId = "bob", EventId = $"evt-{day}" },
            Once.ByEvent($"evt-{day}"));
        await fixture.ApplyAsync(
            Plain, new RecordUse { FeatureCode = "api_calls", Given = 1, OccurredAt = now.AddHours(-20), UserId = "ann" });
        await fixture.ConsumeAsync(Plain, $"too-much-{day}", 1_000);
        await ApplyAsync(fixture, Rich, new Consume { FeatureCode = "tokens", Given = 12 }, $"rich-{day}");
        await ApplyAsync(fixture, Levels, new Consume { FeatureCode = "seats", Given = 3 + (day % 5), Key = "berlin" }, $"seats-{day}");
        await fixture.ApplyAsync(Levels, new RecordUse { FeatureCode = "seats", Given = 1 + (day % 7), Key = "paris" });
        await fixture.ApplyAsync(Levels, new RecordUse { FeatureCode = "connections", Given = day % 2 == 0 ? 4 : -1 });
        await fixture.ApplyAsync(Levels, new RecordUse { FeatureCode = "disk", Given = 100 + day, OccurredAt = now.AddHours(-2) });
        await fixture.ApplyAsync(Levels, new SetMachine { Fingerprint = $"machine-{day % 4}", Cores = 4 });
    }

    private static async Task EndAsync(EngineFixture fixture)
    {
        await fixture.ApplyAsync(Rich, new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = 50 });
        await fixture.ApplyAsync(Rich, new ChangeBalance { Unit = "USD", Change = BalanceChange.Withdraw, Amount = 10 });
        await fixture.ApplyAsync(Rich, new ChangeBalanceTerms { Unit = "USD", AllowOverage = true, LowAt = 120 });
        var settled = await HoldAsync(fixture, HoldKind.Reservation, 8);
        await fixture.ApplyAsync(Rich, new CommitHold { HoldId = settled, Amount = 6 });
        var lease = await HoldAsync(fixture, HoldKind.Lease, 9);
        await fixture.ApplyAsync(Rich, new RecordUse { FeatureCode = "tokens", Given = 3, LeaseId = lease });
        await fixture.ApplyAsync(Rich, new SyncLease { HoldId = lease, Close = true });
        await HoldAsync(fixture, HoldKind.Reservation, 5);
        await ApplyAsync(fixture, Rich, new Consume { FeatureCode = "tokens", Given = 150 }, "rich-over");
        await fixture.ApplyAsync(Rich, new DecrementUsage { FeatureCode = "tokens", Amount = 1, Note = new Note { Reason = "refund" } });
        await fixture.ApplyAsync(Levels, new RemoveMachine { Fingerprint = "machine-0" });
        var last = new Consume { FeatureCode = "api_calls", Given = 3, UserId = "cid", EventId = "evt-last" };
        await ApplyAsync(fixture, Plain, last, "plain-last", last.EventId);
        await fixture.ConsumeAsync(Plain, "last-refused", 1_000);
    }

    private static async Task OpenAsync(EngineFixture fixture, string license, PlanTerms? plan, params FeatureTerms[] features) =>
        await fixture.ApplyAsync(license, new OpenLicense
        {
            LicenseId = license,
            TenantId = "tenant_acme",
            Plans = plan is null ? [] : [plan],
            Features = [.. features],
        });

    private static ValueTask<ApplyResult> ApplyAsync(
        EngineFixture fixture, string license, Command command, string key, string? eventId = null) =>
        fixture.ApplyAsync(license, command, new Once(key, "body", eventId));

    private static async Task<string> HoldAsync(EngineFixture fixture, HoldKind kind, decimal amount)
    {
        var open = new OpenHold { Kind = kind, FeatureCode = "tokens", Amount = amount, TtlSeconds = 3_600 };
        var result = await fixture.ApplyAsync(Rich, open);
        return Assert.IsType<HoldAnswer>(result.Answer).Id;
    }
}
