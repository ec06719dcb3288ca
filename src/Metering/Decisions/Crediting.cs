namespace Metering;

/// <summary>Prepaid credit (rule 7): balances and what draws on them.</summary>
internal static class Crediting
{
    /// <summary>Below which share of a balance's first amount it counts as low, unless it was opened with a mark of its own.</summary>
    private const decimal LowShare = 0.1m;

    /// <summary>Why a balance cannot cover a cost, for people; null when it can or there is none to cover.</summary>
    public static string? Problem(Change change, MeterState meter, decimal cost)
    {
        if (cost <= 0 || meter.Terms.PriceUnit is not { } unit)
        {
            return null;
        }

        var balance = change.State.FindBalance(unit);
        return balance switch
        {
            null => $"The license has no balance in {unit}.",
            { Suspended: true } => $"The balance in {unit} is suspended.",
            { AllowOverage: false } when balance.Available < cost =>
                $"The balance in {unit} has {Amount.Format(balance.Available)} available, and the cost is {Amount.Format(cost)}.",
            _ => null,
        };
    }

    /// <summary>Draws a cost (below zero: gives it back) from the balance of a meter's price unit; null when there is none.</summary>
    public static BalanceState? Draw(Change change, MeterState meter, decimal cost)
    {
        if (cost == 0 || meter.Terms.PriceUnit is not { } unit || change.State.FindBalance(unit) is not { } balance)
        {
            return null;
        }

        balance = balance with { Amount = balance.Amount - cost, Spent = balance.Spent + cost };
        change.State = change.State.With(balance);
        return balance;
    }

    /// <summary>Signals a balance that has become low, and then one that is exhausted, each once until the next top-up.</summary>
    public static void Signal(Change change, string? unit)
    {
        if (unit is null || change.State.FindBalance(unit) is not { } balance)
        {
            return;
        }

        var exhausted = balance.Available <= 0;
        if (exhausted ? balance.ExhaustedSignalled : balance.LowSignalled || balance.Available >= balance.LowAt)
        {
            return;
        }

        change.State = change.State.With(balance with { LowSignalled = true, ExhaustedSignalled = exhausted });
        var type = exhausted ? SignalType.BalanceExhausted : SignalType.BalanceLow;
        change.Send(change.Signal(type) with { Unit = unit, Available = balance.Available });
    }

    /// <summary>The refusal of a cost that would take a meter or its balance beyond what they can hold; null when it would not.</summary>
    public static Refusal? OutOfRange(Change change, MeterState meter, decimal costBefore, decimal cost)
    {
        var balance = meter.Terms.PriceUnit is { } unit ? change.State.FindBalance(unit) : null;
        return costBefore + cost > Amount.MaxTotal || balance?.Amount - cost < -Amount.MaxTotal
            ? Change.Invalid("/amount", "would cost more than can be counted")
            : null;
    }

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
            LowAt = command.LowAt ?? Math.Round(command.Amount * LowShare, Amount.MaxFractionDigits),
        };
        return Put(change, balance, EntryKind.BalanceOpened, command.Amount);
    }

    public static Answer Apply(Change change, ChangeBalance command)
    {
        if (change.State.FindBalance(command.Unit) is not { } balance)
        {
            return Change.Refuse(RefusalCode.BalanceNotFound, $"The license has no balance in {command.Unit}.");
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
                    balance with { Amount = balance.Amount + amount, Bought = balance.Bought + amount, LowSignalled = false, ExhaustedSignalled = false },
                    EntryKind.BalanceToppedUp,
                    amount);
            case BalanceChange.Withdraw when amount > balance.Available:
                return Change.Refuse(
                    RefusalCode.InsufficientCredits,
                    $"The balance in {balance.Unit} has {Amount.Format(balance.Available)} available.");
            case BalanceChange.Withdraw:
                return Put(
                    change,
                    balance with { Amount = balance.Amount - amount, Withdrawn = balance.Withdrawn + amount },
                    EntryKind.BalanceWithdrawn,
                    -amount);
            case BalanceChange.Suspend:
                return Put(change, balance with { Suspended = true }, EntryKind.BalanceSuspended, 0);
            default:
                return Put(change, balance with { Suspended = false }, EntryKind.BalanceResumed, 0);
        }
    }

    /// <summary>Sets credit aside for the price of a hold, or gives it back with a value below zero.</summary>
    public static void Hold(Change change, string? unit, decimal credit)
    {
        if (credit != 0 && unit is not null && change.State.FindBalance(unit) is { } balance)
        {
            change.State = change.State.With(balance with { Held = balance.Held + credit });
        }
    }

    private static BalanceAnswer Put(Change change, BalanceState balance, EntryKind kind, decimal amount)
    {
        change.State = change.State.With(balance);
        change.Log(new LedgerEntry { Kind = kind, Amount = amount, Unit = balance.Unit, BalanceAfter = balance.Amount });
        if (amount != 0 && kind != EntryKind.BalanceOpened)
        {
            Signal(change, balance.Unit);
        }

        return Views.Balance(change.State.FindBalance(balance.Unit)!);
    }
}
