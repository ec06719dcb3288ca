using System.Text.Json;
using MeterFunctions.Entities;
using MeterFunctions.Tests.Hosting;
using Metering;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;

namespace MeterFunctions.Tests.Entities;

/// <summary>The entity on the engine of Durable Task itself: its state goes through the engine from one operation to the next.</summary>
[Collection(StorageCollection.Name)]
public sealed class EntityOnTaskHostTests(Azurite azurite)
{
    private const string Orchestration = "ApplyAll";

    [Fact]
    public async Task Operations_find_the_state_that_the_one_before_committed()
    {
        await using var app = new App(azurite);
        await app.SetTimeAsync(App.Start);
        await using var host = await EntityHost.StartAsync(tasks =>
        {
            tasks.AddEntity(LicenseCounter.Name, _ => app.Hub.Counter);
            tasks.AddOrchestratorFunc<JsonElement[], string>(Orchestration, async (context, batches) =>
            {
                foreach (var batch in batches)
                {
                    await context.Entities.CallEntityAsync(LicenseCounter.IdOf("lic_1"), LicenseCounter.Apply, batch);
                }

                return "done";
            });
        });
        JsonElement[] batches =
        [
            Batch(new Submission { Id = "1", Command = Commands.Open("lic_1"), Awaited = true }),
            Batch(
                new Submission { Id = "2", Command = Commands.Consume(5), Once = Commands.Key("a"), Awaited = true },
                new Submission { Id = "3", Command = Commands.Consume(6), Once = Commands.Key("b"), Awaited = true }),
            Batch(new Submission { Id = "4", Command = Commands.Consume(5), Once = Commands.Key("a"), Awaited = true }),
            Batch(new Submission { Id = "5", Command = Commands.Consume(7), Once = Commands.Key("c"), Awaited = true }),
        ];

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(Orchestration, batches, patience.Token);
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, patience.Token);

        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        var rows = await app.Tables.QueryAsync("Ledger", "PartitionKey eq 'lic_1' and RowKey ge 'e' and RowKey lt 'f'", 100, default);
        var consumed = rows.Select(row => JsonSerializer.Deserialize<LedgerEntry>(row.GetString("Body"), MeteringJson.Default.Options)!)
            .Where(entry => entry.Kind == EntryKind.Consumed).ToArray();
        Assert.Equal([5m, 11m, 18m], consumed.Select(entry => entry.After));
        Assert.Equal(["a", "b", "c"], consumed.Select(entry => entry.IdempotencyKey));
    }

    private static JsonElement Batch(params Submission[] submissions) =>
        JsonSerializer.SerializeToElement(new SubmissionBatch([.. submissions]), CounterJson.Default.SubmissionBatch);
}
