using System.CommandLine;
using System.Globalization;
using System.Text;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Evidence;

/// <summary>The ledger of a license, read or followed.</summary>
internal static class LedgerCommand
{
    // Widths of columns: lines leave as they are read, so nothing is known of those to come.
    private const int Narrow = 110;

    private static readonly CompositeFormat Small = CompositeFormat.Parse("{0,6} {1,-14} {2,-15} {3,-12} {4,9} {5,9} {6}");

    private static readonly CompositeFormat Form = CompositeFormat.Parse("{0,7}  {1,-19}  {2,-17}  {3,-16}  {4,12}  {5,12}  {6}");

    private static readonly Argument<string> License = new("license") { Description = "The license's id, lic_…" };
    private static readonly Option<DateTimeOffset?> From = Times.Option("--from", "The start of the span.");
    private static readonly Option<DateTimeOffset?> To = Times.Option("--to", "The end of the span.");
    private static readonly Option<string> Feature = new("--feature") { Description = "Only this feature's.", HelpName = "code" };
    private static readonly Option<string> Unit = new("--unit") { Description = "Only what changed the balance in this unit.", HelpName = "unit" };
    private static readonly Option<int?> Limit = new("--limit", "-n") { Description = "The maximum number of entries." };

    private static readonly Option<bool> Follow = new("--follow", "-f")
    {
        Description = "Show each new entry as it is added, until Ctrl+C. Without --from, only new entries are shown.",
    };

    public static Command Create() => new Command("ledger", "Every change of a license, in order: what, when, by how much, and why.")
        .With(License, From, To, Feature, Unit, Limit, Follow)
        .Does(ShowAsync);

    private static async Task ShowAsync(Session session, CancellationToken stop)
    {
        var (license, follow) = (session.Value(License), session.Value(Follow));
        var filter = new LedgerFilter(session.Value(From), session.Value(To), session.Value(Feature), session.Value(Unit));
        var left = session.Value(Limit) ?? int.MaxValue;
        if (follow && filter.From is null)
        {
            filter = filter with { From = await NowAsync(session, license, stop).ConfigureAwait(false) };
        }

        if (left <= 0)
        {
            throw new ToolException(ExitCode.WrongInput, "--limit must be 1 or more.");
        }

        var entries = follow
            ? session.Admin.Ledger.FollowAsync(license, filter, cancellationToken: stop)
            : session.Admin.Ledger.ListAsync(license, filter, stop);
        if (!session.Screen.IsJson)
        {
            Write(session, "ENTRY", "TIME (UTC)", "KIND", "FEATURE", "AMOUNT", "AFTER", "BY");
        }

        await foreach (var entry in entries.ConfigureAwait(false))
        {
            Show(session, entry);
            if (--left == 0)
            {
                break;
            }
        }
    }

    // By the meter's clock: this machine's may be wrong.
    private static async Task<DateTimeOffset> NowAsync(Session session, string license, CancellationToken stop)
    {
        // A license that does not exist is told now, and not after a wait for its first entry.
        await session.Admin.Licenses.GetAsync(license, stop).ConfigureAwait(false);
        return (await session.Admin.Service.GetReadyAsync(stop).ConfigureAwait(false)).ServerTime ?? session.Around.Clock.GetUtcNow();
    }

    private static void Show(Session session, LedgerEntry entry)
    {
        if (session.Screen.IsJson)
        {
            session.Screen.Line(entry);
            return;
        }

        var isMoney = entry.FeatureCode is null && entry.Unit is not null;
        Write(
            session,
            entry.Sequence.ToString(CultureInfo.InvariantCulture), Cells.Second(entry.At), entry.Kind,
            entry.FeatureCode ?? entry.Unit ?? "-", Cells.Number(entry.Amount),
            isMoney ? Cells.Number(entry.BalanceAfter) : Cells.Number(entry.After),
            entry.UserId ?? entry.Reason ?? entry.Detail ?? entry.EventId ?? entry.Key ?? "");
        session.Around.Output.Flush();
    }

    private static void Write(Session session, params object[] cells)
    {
        var isNarrow = session.Around.Width < Narrow;
        if (isNarrow)
        {
            // Without the year, and below that the column is as wide as its times.
            cells[1] = $"{cells[1]}".Length > 14 ? $"{cells[1]}"[5..] : cells[1];
        }

        session.Screen.WriteRow(string.Format(CultureInfo.InvariantCulture, isNarrow ? Small : Form, cells));
    }
}
