using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Events;

/// <summary>Events that could not be counted.</summary>
internal static class DeadLetterCommands
{
    private static readonly Argument<string> Id = new("letter") { Description = "The dead letter's id." };

    private static readonly Argument<string?> One = new("letter")
    {
        Description = "The dead letter's id (default: all, or all that the options name).", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Code = new("--code")
    {
        Description = "Only those that could not be counted for this reason.", HelpName = "code",
    };

    private static readonly Option<string> Tenant = new("--tenant", "-t") { Description = "Only those of this customer.", HelpName = "id" };
    private static readonly Option<string> Metric = new("--feature") { Description = "Only those of this feature.", HelpName = "code" };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Don't ask for confirmation." };

    public static Command Create() => new Command("dead-letter", "Events that could not be counted, kept with their reason.").With(
        new Command("list", "Lists dead letters, oldest first.").With(Code, Tenant, Metric).Does((session, stop) => session.Screen.ListAsync(
            session.Admin.DeadLetters.ListAsync(Filter(session), stop),
            new Listing("LETTER", "?RECEIVED", "?TENANT", "?FEATURE", "CODE", "?WHY"),
            (table, letter) => table.Row(
                letter.Id, Cells.Time(letter.ReceivedAt), letter.TenantId, letter.Metric, letter.Code, letter.Detail),
            "There are none.",
            stop)),
        new Command("retry", "Tries to count dead letters again, after what was wrong is fixed.").With(One, Code, Tenant, Metric).Answers(RetryAsync),
        new Command("delete", "Deletes a dead letter: its event is never counted.").With(Id, Yes).Does(DeleteAsync));

    private static DeadLetterFilter Filter(Session session) => new(session.Value(Code), session.Value(Tenant), session.Value(Metric));

    private static async Task<int> RetryAsync(Session session, CancellationToken stop)
    {
        if (session.Value(One) is { } id)
        {
            var one = await session.Admin.DeadLetters.RetryAsync(id, cancellationToken: stop).ConfigureAwait(false);
            session.Screen.Answer(
                new { one.Accepted, one.Duplicates, one.Refused },
                told => session.Screen.Say(told.Accepted > 0 ? $"Counted {id}." : $"{id} had been counted before."));
            return ExitCode.Done;
        }

        var (accepted, duplicates, refused) = (0L, 0L, new List<RefusedLetter>());
        await foreach (var part in session.Admin.DeadLetters.RetryAllAsync(Filter(session), stop).ConfigureAwait(false))
        {
            accepted += part.Accepted;
            duplicates += part.Duplicates;
            refused.AddRange(part.Refused);
        }

        session.Screen.Answer(new { accepted, duplicates, refused }, told =>
        {
            session.Screen.Say($"{Cells.Number(told.accepted)} counted, {Cells.Number(told.duplicates)} had been counted before, "
                + $"{Cells.Number(told.refused.Count)} still can't be.");
            foreach (var reason in told.refused.GroupBy(letter => letter.Code))
            {
                session.Screen.Say($"  {Cells.Number(reason.Count())} {reason.Key}, such as {reason.First().Id}: {reason.First().Detail}");
            }
        });
        return refused.Count == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task DeleteAsync(Session session, CancellationToken stop)
    {
        var id = session.Value(Id);
        session.Confirm(session.Value(Yes), $"The event of {id} will never be counted. Delete it?");
        await session.Admin.DeadLetters.DeleteAsync(id, stop).ConfigureAwait(false);
        session.Screen.Answer(new { id, status = "deleted" }, _ => session.Screen.Say($"Deleted {id}."));
    }
}
