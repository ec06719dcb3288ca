using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Licenses;

/// <summary>Prepaid credit.</summary>
internal static class BalanceCommands
{
    private static readonly Argument<string> License = LicenseOptions.License;
    private static readonly Argument<string> Unit = new("unit") { Description = "The balance's unit, such as USD or credits." };
    private static readonly Argument<decimal> Amount = new("amount") { Description = "Credit in that unit." };
    private static readonly Option<bool> Overage = new("--allow-overage") { Description = "Priced use may take it below zero." };
    private static readonly Option<bool?> MayOverdraw = new("--allow-overage")
    {
        Description = "Whether priced use may take it below zero.", HelpName = "true|false",
    };

    private static readonly Option<decimal?> LowAt = new("--low-at") { Description = "Below how much credit balance_low is signalled." };
    private static readonly Option<string> Reason = LicenseOptions.Reason;
    private static readonly Option<string> Reference = LicenseOptions.Reference;
    private static readonly Option<string> Key = LicenseOptions.Key;

    public static Command Create() => new Command("balance", "Prepaid credit of a license, which pays for priced use.").With(
        new Command("list", "Lists the balances of a license.").With(License).Does((session, stop) => session.Screen.ListAsync(
            session.Admin.Balances.ListAsync(session.Value(License), stop),
            new Listing("UNIT", ">AVAILABLE", "?>HELD", "?>BOUGHT", "?>SPENT", "STATUS"),
            (table, balance) => table.Row(
                balance.Unit, Cells.Number(balance.Available), Cells.Number(balance.Held), Cells.Number(balance.Bought),
                Cells.Number(balance.Spent), balance.Suspended ? "suspended" : "active"),
            "This license has no balances.",
            stop)),
        new Command("open", "Opens a balance with an amount.").With(License, Unit, Amount, Overage, LowAt, Reason, Reference, Key)
            .Does((session, stop) => ShowAsync(session, session.Admin.Balances.OpenAsync(
                session.Value(License),
                new NewBalance
                {
                    Unit = session.Value(Unit), Amount = session.Value(Amount), AllowOverage = session.Value(Overage),
                    LowAt = session.Value(LowAt), Reason = session.Value(Reason), Reference = session.Value(Reference),
                },
                session.Value(Key),
                stop))),
        new Command("change", "Changes whether a balance may fall below zero, and when balance_low is signalled.")
            .With(License, Unit, MayOverdraw, LowAt, Reason, Reference, Key)
            .Does((session, stop) => ShowAsync(session, session.Admin.Balances.ChangeAsync(
                session.Value(License),
                session.Value(Unit),
                new BalanceChange
                {
                    AllowOverage = session.Value(MayOverdraw), LowAt = session.Value(LowAt),
                    Reason = session.Value(Reason), Reference = session.Value(Reference),
                },
                session.Value(Key),
                stop))),
        new Command("top-up", "Adds credit.").With(License, Unit, Amount, Reason, Reference, Key)
            .Does((session, stop) => ShowAsync(session, session.Admin.Balances.TopUpAsync(
                session.Value(License), session.Value(Unit), CreditOf(session), session.Value(Key), stop))),
        new Command("withdraw", "Takes credit out.").With(License, Unit, Amount, Reason, Reference, Key)
            .Does((session, stop) => ShowAsync(session, session.Admin.Balances.WithdrawAsync(
                session.Value(License), session.Value(Unit), CreditOf(session), session.Value(Key), stop))));

    private static Credit CreditOf(Session session) => new()
    {
        Amount = session.Value(Amount), Reason = session.Value(Reason), Reference = session.Value(Reference),
    };

    private static async Task ShowAsync(Session session, Task<Balance> change) => session.Screen.Answer(
        await change.ConfigureAwait(false),
        balance => session.Screen.Say($"{session.Value(License)} has {Cells.Number(balance.Available)} {balance.Unit} to spend."));
}
