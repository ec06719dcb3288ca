using System.Text;
using System.Text.Json.Nodes;
using MeterFunctions.Evidence;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Retention;
using Metering;

namespace MeterFunctions.Tests.Evidence;

/// <summary>The rows of closed periods: written with the commit that lets them go, proven by their evidence, removed with it.</summary>
[Collection(StorageCollection.Name)]
[Rule(9)]
public sealed class PeriodRowTests(Azurite azurite)
{
    private static readonly Terms Daily = new()
    {
        Reset = new Reset { Interval = Interval.Day },
        PriceUnit = "USD",
        Tiers = [new Tier { UnitPrice = 0.5m, BasePrice = 1 }],
    };

    [Fact]
    public async Task A_record_that_is_damaged_or_lost_is_named()
    {
        await using var app = new App(azurite);
        await UseAsync(app, days: 5);
        var rows = await RetentionRun.RowsAsync(app, TableKeys.PeriodPrefix);
        Assert.Equal(3, rows.Count);
        await RetentionRun.VerifyAsync(app);

        var body = JsonNode.Parse(PackedBody.Get(rows[0], "Body"))!;
        body[0]!["charges"]![0]!["units"] = 99;
        PackedBody.Set(rows[0], "Body", Encoding.UTF8.GetBytes(body.ToJsonString()));
        await app.Tables.PutAsync(TableKeys.Meters, rows[0], default);
        var table = await app.Tables.OpenAsync(TableKeys.Meters);
        await table.DeleteEntityAsync(rows[1].PartitionKey, rows[1].RowKey);

        var differences = await app.Get<TableVerification>().VerifyAsync(RetentionRun.License, default);

        Assert.Equal(2, differences.Count);
        Assert.Contains("charges is TierCharge { From = 0, UnitPrice = 0.5, Units = 99,", differences[0], StringComparison.Ordinal);
        Assert.Contains(
            $"calls: the record of the period to {App.Start.AddDays(2):yyyy-MM-ddTHH:mm:ssZ} follows from the ledger but is not there",
            differences[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_go_with_the_retention_of_the_evidence_and_the_rest_is_proven_as_before()
    {
        await using var app = new App(azurite, RetentionRun.Settings);
        await UseAsync(app, days: 8);
        await app.SetTimeAsync(RetentionRun.Day(24.5));

        await RetentionRun.RunAsync(app);

        var first = TableKeys.PeriodRows(DateOnly.FromDateTime(RetentionRun.Day(4.5).UtcDateTime));
        var rows = await RetentionRun.RowsAsync(app, TableKeys.PeriodPrefix);
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.True(string.CompareOrdinal(row.RowKey, first) > 0));
        await RetentionRun.VerifyAsync(app);
    }

    [Fact]
    [Rule(7)]
    public async Task What_was_charged_before_the_unit_of_prices_changed_is_a_record_too()
    {
        await using var app = new App(azurite);
        await UseAsync(app, days: 2);
        var feature = Commands.Open(RetentionRun.License).Features[0] with { Terms = Daily with { PriceUnit = "EUR" } };
        await app.Meters.ApplyAsync(RetentionRun.License, new AssignFeature { Feature = feature }, Commands.Key("change"), default);

        var query = new PeriodQuery(App.Start.AddDays(-1), App.Start.AddDays(9));
        var part = Assert.Single(
            (await app.Get<ILedger>().PeriodsAsync(RetentionRun.License, query, default)).Items, period => period.IsPart);
        Assert.Equal((2m, "USD", 0m), (part.Cost, part.PriceUnit, part.Used));
        await RetentionRun.VerifyAsync(app);
    }

    private static async Task UseAsync(App app, int days)
    {
        await app.SetTimeAsync(App.Start);
        var open = Commands.Open(RetentionRun.License);
        await app.Meters.ApplyAsync(
            RetentionRun.License, open with { Features = [open.Features[0] with { Terms = Daily }] }, null, default);
        for (var day = 0; day < days; day++)
        {
            await app.SetTimeAsync(RetentionRun.Day(day + 0.1));
            var use = new RecordUse { FeatureCode = Commands.Calls, Given = day + 1 };
            await app.Meters.ApplyAsync(RetentionRun.License, use, Commands.Key($"k{day}"), default);
        }
    }
}
