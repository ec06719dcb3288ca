using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;
using Spectre.Console;

namespace Metering.Cli.Usage;

/// <summary>Who is nearest to a limit, and what comes in, live.</summary>
internal static class TopCommand
{
    private static readonly Option<int> Rows = new("--rows", "-n") { Description = "The maximum number of rows.", DefaultValueFactory = _ => 20 };
    private static readonly Option<double> Every = new("--every") { Description = "Seconds between refreshes.", DefaultValueFactory = _ => 2 };
    private static readonly Option<bool> Once = new("--once") { Description = "Print once and exit; the default when the output is not a terminal." };

    public static Command Create() => new Command("top", "Live view: who is closest to a limit, dead letters, webhooks, events per minute.")
        .With(Rows, Every, Once)
        .Does(ShowAsync);

    private static async Task ShowAsync(Session session, CancellationToken stop)
    {
        if (session.Value(Every) is < 0.1 or > 3600 || session.Value(Rows) < 1)
        {
            throw new ToolException(ExitCode.WrongInput, "--every must be 0.1 to 3600 seconds, and --rows 1 or more.");
        }

        if (session.Value(Once) || (!session.Screen.IsLive && !session.Screen.IsJson))
        {
            session.Screen.Answer(
                await session.Admin.Reports.GetOverviewAsync(stop).ConfigureAwait(false),
                overview => session.Screen.Show(Draw(session.Screen.Out, overview, session.Value(Rows))));
            return;
        }

        if (session.Screen.IsJson)
        {
            await LoopAsync(session, session.Screen.Line, stop).ConfigureAwait(false);
            return;
        }

        await session.Screen.Out.Live(new Text("")).AutoClear(true).StartAsync(live => LoopAsync(
            session, overview => live.UpdateTarget(Draw(session.Screen.Out, overview, session.Value(Rows))), stop)).ConfigureAwait(false);
    }

    private static async Task LoopAsync(Session session, Action<Overview> show, CancellationToken stop)
    {
        while (true)
        {
            show(await session.Admin.Reports.GetOverviewAsync(stop).ConfigureAwait(false));
            await Task.Delay(TimeSpan.FromSeconds(session.Value(Every)), session.Around.Clock, stop).ConfigureAwait(false);
        }
    }

    private static Spectre.Console.Rows Draw(IAnsiConsole console, Overview overview, int rows)
    {
        var licenses = overview.Licenses;
        var minute = overview.Minutes is [.., var last] ? last : null;
        var before = overview.Minutes is [.., var one, _] ? one : null;
        var places = overview.OverLimit.Items.Concat(overview.NearLimit.Items).Concat(overview.Tenants.Select(tenant => tenant.Nearest))
            .DistinctBy(place => (place.LicenseId, place.FeatureCode)).Take(rows);
        var table = new Listing("TENANT", "FEATURE", ">USED", ">ALLOWANCE", "?", ">", "?LICENSE", "?RESETS");
        foreach (var place in places)
        {
            table.Add(
                new Text(place.TenantId), new Text(place.FeatureCode), new Text(Cells.Number(place.Used)),
                new Text(Cells.Number(place.Allowance)), Cells.Bar(place.Percent ?? 100, place.Level, width: 12),
                new Text(Cells.Percent(place.Percent)), new Text(place.LicenseId), new Text(Cells.Time(place.ResetsAt)));
        }

        return new Spectre.Console.Rows(
            new Text($"{Cells.Second(overview.AsOf)} UTC   licenses: {Cells.Number(licenses.Active)} active"
                + Also(licenses.Suspended, "suspended") + Also(licenses.Expired, "expired") + Also(licenses.Unreadable, "unreadable")
                + (licenses.IsComplete ? "" : " (still counting)")),
            new Text($"over their limit: {Cells.Number(overview.OverLimit.Count)}   near it: {Cells.Number(overview.NearLimit.Count)}   "
                + $"dead letters: {Count(overview.DeadLetters)}   webhooks: {Webhooks(overview)}   "
                + $"events: {Cells.Number(minute?.Counted ?? 0)} this minute, {Cells.Number(before?.Counted ?? 0)} the minute before"),
            new Text(""),
            table.Fit(console));
    }

    private static string Also(int count, string what) => count == 0 ? "" : $", {Cells.Number(count)} {what}";

    private static string Count(BoundedCount count) => Cells.Number(count.Count) + (count.HasMore ? "+" : "");

    private static string Webhooks(Overview overview) => overview.Webhooks.Count(webhook => !webhook.Enabled) is > 0 and var disabled
        ? $"{disabled} of {overview.Webhooks.Count} disabled"
        : $"{overview.Webhooks.Count}";
}
