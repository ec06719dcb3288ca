using Azure.Data.Tables;
using MeterFunctions.Evidence;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Retention;

/// <summary>A license on which retention runs: keys are remembered for 5 days, and the ledger is kept for 20.</summary>
internal static class RetentionRun
{
    public const string License = "lic_1";

    public static readonly Dictionary<string, string?> Settings = new()
    {
        ["Metering:IdempotencyDays"] = "5",
        ["Metering:LedgerRetentionDays"] = "20",
        ["Metering:LateWindowHours"] = "24",
    };

    /// <summary>A time so many days after the beginning.</summary>
    public static DateTimeOffset Day(double days) => App.Start.AddDays(days);

    /// <summary>Uses the license on each of the first days: with a key, an event id, both, and neither.</summary>
    public static async Task UseAsync(App app, int days)
    {
        await app.OpenAsync(License, limit: 100_000);
        for (var day = 0; day < days; day++)
        {
            await app.SetTimeAsync(Day(day + 0.1));
            Once?[] onces = [Once.ByKey($"k{day}", "body"), Once.ByEvent($"e{day}"), Once.ByKey($"b{day}", "body", $"be{day}"), null];
            foreach (var once in onces)
            {
                await app.Meters.ApplyAsync(License, Commands.Consume(day + 1), once, default);
            }
        }
    }

    /// <summary>Runs in small steps until nothing is left to do.</summary>
    /// <returns>How many steps it took.</returns>
    public static async Task<int> RunAsync(App app, int requests = 100)
    {
        var steps = 1;
        RetentionPlace? place = null;
        while ((place = await app.Get<LicenseRetention>().RunAsync(License, place, new RequestBudget(requests), default)) is not null)
        {
            Assert.InRange(++steps, 0, 30);
        }

        return steps;
    }

    /// <summary>Runs on as many days as it takes to look through all that is remembered, from a day on.</summary>
    public static async Task RunAllAsync(App app, int from)
    {
        for (var day = from; day < from + RetentionCut.Slices; day++)
        {
            await app.SetTimeAsync(Day(day + 0.5));
            await RunAsync(app);
        }
    }

    /// <summary>The license's rows whose keys begin with a text.</summary>
    public static async Task<List<TableEntity>> RowsAsync(App app, string prefix) => await app.Tables.QueryAsync(
        TableKeys.Meters,
        TableClient.CreateQueryFilter(
            $"PartitionKey eq {License} and RowKey ge {prefix} and RowKey lt {TableKeys.After(prefix)}"),
        10_000,
        default);

    /// <summary>Expects that the license's tables agree.</summary>
    public static async Task VerifyAsync(App app) =>
        Assert.Equal("", string.Join("; ", await app.Get<TableVerification>().VerifyAsync(License, default)));
}
