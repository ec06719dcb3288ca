using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Evidence;

[Rule(9)]
public sealed class VerificationTests
{
    [Theory]
    [InlineData("UPDATE license SET state = CAST(replace(CAST(state AS TEXT), '\"used\":12', '\"used\":13') AS BLOB)", "by the ledger at 12")]
    [InlineData("UPDATE license SET state = CAST(replace(CAST(state AS TEXT), '\"amount\":88', '\"amount\":89') AS BLOB)", "balance USD is 89, by the ledger 88")]
    [InlineData("UPDATE rollup SET body = CAST(replace(CAST(body AS TEXT), '\"sum\":5', '\"sum\":6') AS BLOB)", "the rollup says count 1, sum 6")]
    [InlineData("DELETE FROM rollup WHERE day > 0", "there is no rollup")]
    [InlineData("UPDATE license SET state = CAST(replace(CAST(state AS TEXT), '\"opening\":4', '\"opening\":5') AS BLOB)", "the rollup began at 5")]
    [InlineData("UPDATE license SET state = CAST(replace(CAST(state AS TEXT), '\"unit_seconds\":388800', '\"unit_seconds\":388801') AS BLOB)", "by the ledger 4 and 388800")]
    [InlineData("DELETE FROM ledger WHERE id = (SELECT MAX(id) FROM ledger)", "the ledger at")]
    [InlineData("UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), '\"amount\":5', '\"amount\":4') AS BLOB)", "adds 4 to 0 and ends at 5")]
    [InlineData("DELETE FROM ledger WHERE id = 3", "entry 4 follows 2")]
    public async Task A_planted_difference_is_found(string damage, string expected)
    {
        await using var fixture = await HistoryAsync();
        await fixture.VerifyAsync();

        Assert.NotEqual(0, DataFolder.Execute(fixture.Folder.StoreFile, damage));

        var found = EngineFixture.Verify(fixture.Folder, fixture.Options);
        Assert.Contains("lic_a: ", found, StringComparison.Ordinal);
        Assert.Contains(expected, found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_of_everything_agrees()
    {
        await using var fixture = await HistoryAsync();
        await fixture.ApplyAsync("lic_a", new DecrementUsage { FeatureCode = "api_calls", Amount = 2 });
        await fixture.ApplyAsync("lic_a", new AddGrant { FeatureCode = "api_calls", Amount = 50 });
        var hold = Assert.IsType<HoldAnswer>((await fixture.ApplyAsync(
            "lic_a", new OpenHold { FeatureCode = "api_calls", Amount = 10, TtlSeconds = 60 })).Answer);
        await fixture.ApplyAsync("lic_a", new CommitHold { HoldId = hold.Id, Amount = 4 });
        await fixture.ApplyAsync("lic_a", new ResetUsage { FeatureCode = "api_calls" });
        await fixture.ConsumeAsync("lic_a", "after-reset", 3);
        fixture.Clock.UtcNow = new DateTimeOffset(2026, 5, 10, 12, 1, 0, TimeSpan.Zero);
        await fixture.ConsumeAsync("lic_a", "next-period", 3);
        await fixture.ApplyAsync("lic_a", new RecordUse
        {
            FeatureCode = "api_calls",
            Given = 2,
            OccurredAt = fixture.Clock.UtcNow.AddHours(-2),
        });
        await fixture.ApplyAsync("lic_a", new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = 7 });

        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_ledger_that_begins_after_its_retention_agrees()
    {
        await using var fixture = await HistoryAsync();
        for (var day = 0; day < 5; day++)
        {
            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
            await fixture.ConsumeAsync("lic_a", $"day-{day}");
        }

        await fixture.Engine.DisposeAsync();
        DataFolder.Execute(fixture.Folder.StoreFile, "DELETE FROM ledger WHERE id <= 4");

        Assert.Equal("", EngineFixture.Verify(fixture.Folder, fixture.Options));
    }

    /// <summary>A license with a balance; five calls and four seats on one day that has closed, seven and five on another.</summary>
    private static async Task<EngineFixture> HistoryAsync()
    {
        var fixture = await EngineFixture.StartAsync();
        var priced = new Terms { Limit = 1_000, PriceUnit = "USD", Tiers = [new Tier { UnitPrice = 1 }] };
        await fixture.ApplyAsync("lic_a", new OpenLicense
        {
            LicenseId = "lic_a",
            TenantId = "tenant_acme",
            Features =
            [
                new FeatureTerms(EngineFixture.Calls, priced with { Reset = new Reset { Interval = Interval.Month } }),
                new FeatureTerms(new Feature { Code = "seats", Metric = MetricType.Gauge }, Terms.Unlimited),
            ],
        });
        await fixture.ApplyAsync("lic_a", new OpenBalance { Unit = "USD", Amount = 100, AllowOverage = true });
        await fixture.ConsumeAsync("lic_a", "key-1", 5);
        await fixture.ApplyAsync("lic_a", new Consume { FeatureCode = "seats", Given = 4 });
        fixture.Clock.UtcNow += TimeSpan.FromDays(4);
        await fixture.ConsumeAsync("lic_a", "key-2", 7);
        await fixture.ApplyAsync("lic_a", new Consume { FeatureCode = "seats", Given = 5 });
        await fixture.Engine.FlushAsync();
        return fixture;
    }
}
