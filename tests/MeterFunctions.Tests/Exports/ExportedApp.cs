using MeterFunctions.Exports;
using MeterFunctions.Hosting;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Reports;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Exports;

/// <summary>An app whose licenses were used some days ago, so that what is exported of then is final; and its rounds of exports.</summary>
internal static class ExportedApp
{
    public static readonly ExportSpan Span = new(App.Start.Date.ToUniversalTime(), App.Start.AddDays(1).Date.ToUniversalTime());

    /// <summary>Two licenses of one tenant, each with two entries.</summary>
    public static async Task<App> UsedAsync(Azurite azurite, Dictionary<string, string?>? settings = null)
    {
        var app = new App(azurite, new(settings ?? []) { ["Metering:ExportContainer"] = $"exports-{Guid.NewGuid():N}" });
        foreach (var id in new[] { "lic_1", "lic_2" })
        {
            await UseAsync(app, id, 1);
        }

        await app.SetTimeAsync(App.Start.AddDays(3));
        return app;
    }

    /// <summary>One more license, that was used so often.</summary>
    public static async Task UseAsync(App app, string id, int times)
    {
        await app.OpenAsync(id);
        await app.Get<ILicenseDirectory>().AddAsync(
            new LicenseRecord { Id = id, TenantId = "tenant_1", KeyHash = id, CreatedAt = App.Start }, default);
        for (var i = 0; i < times; i++)
        {
            await app.Meters.ApplyAsync(id, Commands.Consume(5) with { UserId = "=cmd" }, null, default);
        }
    }

    public static ExportJob Job(
        string id, ExportReport report = ExportReport.Ledger, ExportFormat format = ExportFormat.Jsonl, string? name = null) => new()
    {
        Id = id, Order = new ExportOrder { Report = report, Span = Span, Format = format, Name = name }, CreatedAt = App.Start,
    };

    public static string ContainerOf(App app) => app.Get<IOptions<FunctionsOptions>>().Value.ExportContainer;

    /// <summary>Proves the file of an export.</summary>
    public static async Task<ExportFindings> CheckAsync(App app, ExportJob job)
    {
        await using var file = await app.Get<IExportSink>().OpenAsync(job.File!.Name, default);
        await using var manifest = await app.Get<IExportSink>().OpenAsync(ExportNames.Manifest(job.File.Name), default);
        var told = new List<string>();
        var findings = await new ExportCheck(app.Get<ExportSources>(), told.Add)
            .RunAsync(file!, await ManifestFiles.ReadAsync(manifest!, default), default);
        Assert.True(findings.Differences == 0, string.Join('\n', told));
        return findings;
    }

    /// <summary>One round of the orchestration, with the app's own activities.</summary>
    public static async Task<List<string>> RoundAsync(App app, TimeSpan? part = null) => (await RoundAndRestAsync(app, part)).Steps;

    /// <summary>The same, and how long it rested after it.</summary>
    public static async Task<(List<string> Steps, List<TimeSpan> Rests)> RoundAndRestAsync(App app, TimeSpan? part = null)
    {
        var steps = new List<string>();
        var planning = app.Get<ExportPlanning>();
        var run = new OrchestrationRun(ExportRounds.Name, ExportRounds.InstanceId, async (name, input) =>
        {
            steps.Add($"{name} {input}".TrimEnd());
            return name == ExportRounds.PlanName
                ? await planning.PlanAsync(default)
                : await planning.RunAsync((string)input!, part ?? ExportRounds.PartTime, default);
        });
        await ExportRounds.RunAsync(run);
        return (steps, run.Waits);
    }
}
