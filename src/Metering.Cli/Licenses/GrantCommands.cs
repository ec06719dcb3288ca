using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Licenses;

/// <summary>Extra allowance.</summary>
internal static class GrantCommands
{
    private static readonly Argument<string> License = LicenseOptions.License;
    private static readonly Argument<string> Feature = LicenseOptions.Feature;
    private static readonly Argument<decimal> Amount = LicenseOptions.Amount;
    private static readonly Argument<string> Grant = new("grant") { Description = "The grant's id." };
    private static readonly Option<string> OnlyFeature = new("--feature") { Description = "Only this feature's.", HelpName = "code" };
    private static readonly Option<DateTimeOffset?> From = Times.Ahead("--from", "When it takes effect (default: now).");
    private static readonly Option<DateTimeOffset?> Expires = Times.Ahead("--expires", "When it expires (default: never).");
    private static readonly Option<int?> Priority = new("--priority") { Description = "A lower number is used first (default: 0)." };

    private static readonly Option<string> Every = new Option<string>("--every")
    {
        Description = "How often the grant recurs (default: never).", HelpName = "interval",
    }.AcceptOnlyFromAmong("hour", "day", "week", "month", "year");

    private static readonly Option<string> Reason = LicenseOptions.Reason;
    private static readonly Option<string> Reference = LicenseOptions.Reference;
    private static readonly Option<string> Key = LicenseOptions.Key;

    public static Command Create() => new Command("grant", "Extra allowance of a license; a top-up is one.").With(
        new Command("add", "Adds extra allowance.")
            .With(License, Feature, Amount, From, Expires, Priority, Every, Reason, Reference, Key).Does(AddAsync),
        new Command("list", "Lists grants, and what is left of each.").With(License, OnlyFeature).Does(ListAsync),
        new Command("void", "Voids a grant: what is left of it can't be used.").With(License, Grant, Reason, Reference).Does(VoidAsync));

    private static async Task AddAsync(Session session, CancellationToken stop)
    {
        var made = await session.Admin.Grants.CreateAsync(
            session.Value(License),
            new NewGrant
            {
                FeatureCode = session.Value(Feature),
                Amount = session.Value(Amount),
                EffectiveAt = session.Value(From),
                ExpiresAt = session.Value(Expires),
                Priority = session.Value(Priority),
                Recurrence = session.Value(Every),
                Reason = session.Value(Reason),
                Reference = session.Value(Reference),
            },
            session.Value(Key),
            stop).ConfigureAwait(false);
        session.Screen.Answer(made, grant => session.Screen.Say(
            $"Granted {Cells.Number(grant.Amount)} {grant.FeatureCode} to {session.Value(License)} ({grant.Id}, {grant.Status})."));
    }

    private static Task ListAsync(Session session, CancellationToken stop) => session.Screen.ListAsync(
        session.Admin.Grants.ListAsync(session.Value(License), session.Value(OnlyFeature), stop),
        new Listing("GRANT", "FEATURE", "?>GRANTED", "?>USED", ">LEFT", "?STATUS", "?EXPIRES"),
        (table, grant) => table.Row(
            grant.Id, grant.FeatureCode, Cells.Number(grant.Granted), Cells.Number(grant.Used), Cells.Number(grant.Remaining),
            grant.Status, Cells.Time(grant.ExpiresAt)),
        "There are no grants.",
        stop);

    private static async Task VoidAsync(Session session, CancellationToken stop)
    {
        var (license, grant) = (session.Value(License), session.Value(Grant));
        await session.Admin.Grants.VoidAsync(license, grant, session.Value(Reason), session.Value(Reference), stop).ConfigureAwait(false);
        session.Screen.Answer(new { id = grant, status = "voided" }, _ => session.Screen.Say($"Voided {grant}."));
    }
}
