namespace Metering;

/// <summary>Balances: opened, changed, topped up, withdrawn from, suspended, resumed.</summary>
internal static class CreditAccounts
{
    /// <summary>Below which share of a balance's first amount it counts as low, unless it was opened with a mark of its own.</summary>
    private const decimal LowShare = 0.1m;

    /// <summary>Opens a balance; a license has one a unit.</summary>
    public static Answer Open(Change change, OpenBalance command)
    {
        if (change.State.FindBalance(command.Unit) is not null)
        {
            return Change.Refuse(RefusalCode.BalanceExists, $"The license has a balance in {command.Unit} already: top it up.");
        }

        if (command.Amount < 0)
        {
            return Change.Invalid("/amount", "must be zero or more");
        }

        if (PriceUnits.RefuseBalance(change.State, command.Unit) is { } mistaken)
        {
            return mistaken;
        }

        if (change.State.Balances.Length >= MeterLimits.Balances)
        {
            return Change.Refuse(RefusalCode.LimitReached, $"A license has at most {MeterLimits.Balances} balances.");
        }

        var balance = new BalanceState
        {
            Unit = command.Unit,
            Amount = command.Amount,
            Bought = command.Amount,
            AllowOverage = command.AllowOverage,
            // Rounded, because a tenth of an amount with nine digits after the point has ten, and is no amount.
            LowAt = command.LowAt ?? Math.Round(command.Amount * LowShare, Amount.MaxFractionDigits),
        };
        return Put(change, balance, EntryKind.BalanceOpened, command.Amount, command.Note);
    }

    /// <summary>Puts credit in, takes it out, suspends or resumes. What open holds set aside can't be taken out.</summary>
    public static Answer Apply(Change change, ChangeBalance command)
    {
        if (change.State.FindBalance(command.Unit) is not { } balance)
        {
            return NotFound(command.Unit);
        }

        var amount = command.Amount;
        switch (command.Change)
        {
            case BalanceChange.TopUp or BalanceChange.Withdraw when amount <= 0:
                return Change.Invalid("/amount", "must be above zero");
            case BalanceChange.TopUp when balance.Amount + amount > Amount.MaxTotal:
                return Change.Invalid("/amount", "would take the balance beyond what it can hold");
            case BalanceChange.TopUp:
                return Put(
                    change,
                    balance with
                    {
                        Amount = balance.Amount + amount,
                        Bought = balance.Bought + amount,
                        // A top-up lets both be told again; where it is too small to help, Put tells them at once.
                        LowSignalled = false,
                        ExhaustedSignalled = false,
                    },
                    EntryKind.BalanceToppedUp,
                    amount,
                    command.Note);
            case BalanceChange.Withdraw when Credit.Available(change.State, balance) is var available && amount > available:
                return Change.Refuse(
                    RefusalCode.InsufficientCredits, $"The balance in {balance.Unit} has {Amount.Format(available)} available.");
            case BalanceChange.Withdraw:
                return Put(
                    change,
                    balance with { Amount = balance.Amount - amount, Withdrawn = balance.Withdrawn + amount },
                    EntryKind.BalanceWithdrawn,
                    -amount,
                    command.Note);

            // Suspending twice is done twice, with an entry each: what is remembered of a key is in the ledger (rule 8).
            case BalanceChange.Suspend:
                return Put(change, balance with { Suspended = true }, EntryKind.BalanceSuspended, 0, command.Note);
            default:
                return Put(change, balance with { Suspended = false }, EntryKind.BalanceResumed, 0, command.Note);
        }
    }

    /// <summary>Changes how low a balance may get, and when that is told.</summary>
    public static Answer Apply(Change change, ChangeBalanceTerms command)
    {
        if (change.State.FindBalance(command.Unit) is not { } balance)
        {
            return NotFound(command.Unit);
        }

        if (command.LowAt < 0)
        {
            return Change.Invalid("/low_at", "must be zero or more");
        }

        var changed = balance with
        {
            AllowOverage = command.AllowOverage ?? balance.AllowOverage,
            LowAt = command.LowAt ?? balance.LowAt,
            // A new mark is signalled anew. Exhausted credit has nothing to do with the mark.
            LowSignalled = balance.LowSignalled && command.LowAt is null,
        };
        return Put(change, changed, EntryKind.BalanceChanged, 0, command.Note, Describe(command), isMarkNew: command.LowAt is not null);
    }

    private static Refusal NotFound(string unit) => Change.Refuse(RefusalCode.BalanceNotFound, $"The license has no balance in {unit}.");

    private static string Describe(ChangeBalanceTerms command) => string.Join(", ", new[]
    {
        command.AllowOverage is { } allowed ? allowed ? "overage allowed" : "overage not allowed" : null,
        command.LowAt is { } low ? $"low at {Amount.Format(low)}" : null,
    }.OfType<string>());

    private static BalanceAnswer Put(
        Change change, BalanceState balance, EntryKind kind, decimal amount, Note? note, string? detail = null, bool isMarkNew = false)
    {
        change.Put(balance);
        change.Log(new LedgerEntry
        {
            Kind = kind, Amount = amount, Unit = balance.Unit, BalanceAfter = balance.Amount, Detail = detail,
        }.With(note));

        // A balance that is opened empty is no news, and suspending or resuming one moves no credit.
        if (isMarkNew || (amount != 0 && kind != EntryKind.BalanceOpened))
        {
            Credit.Signal(change, balance.Unit);
        }

        return BalanceAnswer.Of(change.State, change.State.FindBalance(balance.Unit)!);
    }
}
