using System.CommandLine;
using System.Globalization;
using System.Text;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Events;

/// <summary>What comes in, as it comes.</summary>
internal static class TailCommand
{
    private static readonly CompositeFormat Form = CompositeFormat.Parse("{0,-19}  {1,-20}  {2,-16}  {3,10}  {4,-11}  {5,-11}  {6}");

    private static readonly Option<bool> Uncounted = new("--not-counted") { Description = "Only what was not counted, with its reason." };
    private static readonly Option<bool> Once = new("--once") { Description = "Show the recent events once, and exit." };

    public static Command Create() => new Command("tail", "Follows the uses and events that reach the instance that answers, with the reason for each that was not counted.")
        .With(Once, Uncounted)
        .Does(ShowAsync);

    private static async Task ShowAsync(Session session, CancellationToken stop)
    {
        if (!session.Screen.IsJson)
        {
            Write(session, "TIME (UTC)", "TENANT", "FEATURE", "QUANTITY", "SOURCE", "OUTCOME", "WHY");
        }

        await foreach (var part in session.Admin.Events.FollowAsync(cancellationToken: stop).ConfigureAwait(false))
        {
            foreach (var one in part.Items.Where(one => !session.Value(Uncounted) || one.Outcome is not ("counted" or "duplicate")))
            {
                Show(session, one);
            }

            if (part.Missed is > 0 and var missed)
            {
                session.Screen.Note($"{Cells.Number(missed)} more arrived and are not shown.");
            }

            if (session.Value(Once))
            {
                return;
            }
        }
    }

    private static void Show(Session session, RecentEvent one)
    {
        if (session.Screen.IsJson)
        {
            session.Screen.Line(one);
            return;
        }

        Write(
            session, Cells.Second(one.At), one.TenantId ?? one.LicenseId ?? "-", one.Metric ?? "-", Cells.Number(one.Quantity), one.Source,
            one.Outcome, one.Code ?? "");
        session.Around.Output.Flush();
    }

    private static void Write(Session session, params object[] cells) =>
        session.Screen.WriteRow(string.Format(CultureInfo.InvariantCulture, Form, cells));
}
