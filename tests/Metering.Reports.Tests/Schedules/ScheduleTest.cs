using Metering.Reports.Tests.Exports;

namespace Metering.Reports.Tests.Schedules;

/// <summary>A schedule of daily exports, and rounds as a host makes them.</summary>
public abstract class ScheduleTest
{
    private protected static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-01T12:00:00Z");

    private protected ExportWorld World { get; } = new(1, licenses: 1);

    private protected MemorySchedules Schedules { get; } = new();

    private protected MeterRules Rules { get; set; } = MeterRules.Default;

    private protected ExportHost Host => World.Host;

    private protected async Task MakeAsync(bool provisional = false)
    {
        Host.UtcNow = Start;
        await Schedules.AddAsync(
            new ExportSchedule
            {
                Id = "sch_1", Report = ExportReport.Usage, Cron = "0 13 * * *", TimeZone = "UTC", Format = ExportFormat.Jsonl,
                Provisional = provisional, CreatedAt = Start,
            }.From(Start),
            default);
    }

    private protected async Task ChangeAsync(Func<ExportSchedule, ExportSchedule> change) =>
        await Schedules.ChangeAsync("sch_1", known => change(known).InPlaceOf(known, Host.UtcNow), default);

    // As a host does it: a look at the schedules, then what waits is run, until nothing waits.
    private protected async Task<DateTimeOffset?> RoundAsync()
    {
        var round = new ScheduleRound(Schedules, Host.Jobs, Host, Rules);
        var next = await round.RunAsync(default);
        while (Host.Jobs.All.FirstOrDefault(job => job.Status == ExportStatus.Waiting) is { } waiting)
        {
            await Host.Run.RunAsync(waiting.Id, default);
            next = await round.RunAsync(default);
        }

        return next;
    }
}
