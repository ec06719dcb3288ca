using System.Diagnostics;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>How a migration goes on that comes to licenses which can't be moved.</summary>
public sealed class MigrationFaultTests
{
    [Theory]
    [InlineData(40, 3, "completed", 37)]
    [InlineData(40, 40, "failed", 0)]
    [InlineData(160, 160, "failed", 0)]
    public async Task Damaged_licenses_are_told_and_hold_up_the_others_only_when_they_are_many(
        int licenses, int damaged, string status, int migrated)
    {
        await using var host = await MemoryHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"pro"}]}""");
        for (var i = 0; i < licenses; i++)
        {
            await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"t","plan_id":"pro"}""");
        }

        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"pro","name":"Pro"}]}""");
        host.Meters.BeforeApply = command => command is ChangePlan && Interlocked.Decrement(ref damaged) >= 0
            ? throw new InvalidDataException("A byte has changed.")
            : Task.CompletedTask;

        var started = await host.SendAsync("POST", "/api/v1/plans/pro/migrate", """{"to_version":2}""");
        var progress = await host.SendAsync("GET", started.Header("Location")!);
        var patience = Stopwatch.StartNew();
        while (progress.Text("status") == "running" && patience.Elapsed < TimeSpan.FromMinutes(1))
        {
            progress = await host.SendAsync("GET", started.Header("Location")!);
        }

        Assert.Equal((status, migrated), (progress.Text("status"), progress.Number("migrated")));
        Assert.Equal(progress.Number("total"), progress.Number("migrated") + progress.Number("skipped"));
        Assert.Equal(Math.Min(licenses, 112), progress.Number("total"));
        Assert.EndsWith(
            $"Licenses that could not be moved: {progress.Number("skipped")}. The log names them.",
            progress.Text("problem"),
            StringComparison.Ordinal);
    }

    [Fact]
    [Rule(8)]
    public async Task A_call_that_started_a_migration_and_got_no_answer_starts_no_second_one_when_it_is_repeated()
    {
        await using var host = await MemoryHost.StartAsync(null, "--Metering:Api:MaxMigrations=1");
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"pro"}]}""");
        await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"t","plan_id":"pro"}""");
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"pro","name":"Pro"}]}""");

        // It stays under way, so that there is no place for a second one.
        var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Meters.BeforeApply = command => command is ChangePlan ? moved.Task : Task.CompletedTask;
        host.Directory.RememberFault = ("k1 answer", new StoreUnavailableException("The disk is full."));
        Assert.Equal(503, (await MigrateAsync(2)).Status);

        var repeat = await MigrateAsync(2);
        Assert.Equal(202, repeat.Status);
        var again = await MigrateAsync(2);
        Assert.Equal(
            (202, "true", repeat.Text("id"), repeat.Header("Location")),
            (again.Status, again.Header("Idempotency-Replayed"), again.Text("id"), again.Header("Location")));
        Assert.Equal((422, ProblemCode.IdempotencyKeyReused), await MigrateAsync(1) is var other ? (other.Status, other.Code) : default);
        moved.SetResult();

        Task<Reply> MigrateAsync(int version) =>
            host.SendAsync("POST", "/api/v1/plans/pro/migrate", $$"""{"to_version":{{version}}}""", headers: ("Idempotency-Key", "k1"));
    }
}
