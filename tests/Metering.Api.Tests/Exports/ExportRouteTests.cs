using System.Runtime.CompilerServices;
using Metering.Api.Tests.Memory;
using Metering.Reports;
using Metering.Reports.Tests.Exports;
using Metering.Reports.Tests.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests;

/// <summary>What may be exported, asked for by the routes.</summary>
public class ExportRouteTests
{
    [Theory]
    [InlineData("ledger")]
    [InlineData("usage")]
    [InlineData("billing")]
    public async Task Every_report_is_exported_on_demand_and_on_a_schedule(string report)
    {
        var jobs = new MemoryJobs();
        await using var host = await MemoryHost.StartAsync(services =>
            services.AddSingleton(new ExportPorts(jobs, new MemorySchedules(), new MemorySink(), new NoEntries())));

        var made = await host.SendAsync(
            "POST", "/api/v1/exports",
            $$"""{"report":"{{report}}","from":"2026-11-01T00:00:00Z","to":"2026-11-02T00:00:00Z","format":"parquet"}""");
        Assert.Equal((202, report), (made.Status, made.Text("report")));
        Assert.Equal(report, EnumNames.Of(Assert.Single(jobs.All).Order.Report));

        var schedule = await host.SendAsync(
            "POST", "/api/v1/export-schedules", $$"""{"report":"{{report}}","cron":"0 6 * * *","span":"day","format":"csv"}""");
        Assert.Equal((201, report), (schedule.Status, schedule.Text("report")));
    }

    private sealed class NoEntries : ILedgerScan
    {
        public async IAsyncEnumerable<LedgerPart> ReadAsync(
            IReadOnlyList<string> licenseIds, ExportSpan span, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask<DateTimeOffset?> KeptFromAsync(CancellationToken cancellationToken) => ValueTask.FromResult<DateTimeOffset?>(null);
    }
}
