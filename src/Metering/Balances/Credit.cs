namespace Metering;

/// <summary>What prepaid credit is there for use, and what draws on it (rule 7).</summary>
internal static class Credit
{
    /// <summary>
    /// Credit in a unit that open holds set aside (rule 7). It is worked out from the meters as they stand, so that it follows whatever
    /// moves use, tiers or prices; kept with each hold it would be stale as soon as another is settled or released.
    /// </summary>
    public static decimal Held(LicenseState state, string unit)
    {
        decimal held = 0;
        foreach (var meter in state.Meters)
        {
            if (meter.Held > 0 && meter.Terms.PriceUnit == unit)
            {
                held += Pricing.OfHeld(meter);
            }
        }

        return held;
    }

    /// <summary>Credit of a balance that may be spent now.</summary>
    public static decimal Available(LicenseState state, BalanceState balance) => balance.Amount - Held(state, balance.Unit);

    /// <summary>Why a balance cannot give the credit that a use or hold needs, for people; null when it can or none is needed.</summary>
    /// <param name="state">The license, with the meter.</param>
    /// <param name="meter">The meter.</param>
    /// <param name="cost">What is drawn from the balance or set aside in it.</param>
    /// <param name="need">
    /// How much more credit that takes: less than the cost where it spares what is held a base price, more where it pushes that into a
    /// dearer tier.
    /// </param>
    public static string? Shortage(LicenseState state, MeterState meter, decimal cost, decimal need)
    {
        // What costs nothing needs no balance: it passes also where the balance is suspended or was never opened. What costs something is
        // drawn from one, also where no more credit is needed than holds have set aside.
        if ((cost <= 0 && need <= 0) || meter.Terms.PriceUnit is not { } unit)
        {
            return null;
        }

        return state.FindBalance(unit) switch
        {
            null => $"The license has no balance in {unit}.",
            { Suspended: true } => $"The balance in {unit} is suspended.",
            { AllowOverage: false } balance when need > 0 && Available(state, balance) is var available && available < need =>
                $"The balance in {unit} has {Amount.Format(available)} available, and {Amount.Format(need)} would be needed.",
            _ => null,
        };
    }

    /// <summary>Draws a cost (below zero: gives it back) from the balance of a meter's price unit; null when there is none.</summary>
    public static BalanceState? Draw(Change change, MeterState meter, decimal cost) => Draw(change, meter.Terms.PriceUnit, cost);

    /// <summary>Draws a cost (below zero: gives it back) from the balance in a unit; null when there is none.</summary>
    public static BalanceState? Draw(Change change, string? priceUnit, decimal cost)
    {
        // What may be refused for lack of credit was refused before. Recorded use is not (rule 10): it takes the balance below zero, and
        // where there is none, its cost is in the ledger and nobody has paid it.
        if (cost == 0 || priceUnit is not { } unit || change.State.FindBalance(unit) is not { } balance)
        {
            return null;
        }

        balance = balance with { Amount = balance.Amount - cost, Spent = balance.Spent + cost };
        change.Put(balance);
        return balance;
    }

    /// <summary>Signals a balance that has become low, and then one that is exhausted, each once until the next top-up.</summary>
    public static void Signal(Change change, string? unit)
    {
        if (unit is null || change.State.FindBalance(unit) is not { } balance)
        {
            return;
        }

        // Nothing is left to tell then: exhausted says more than low, which is marked as told with it.
        if (balance.ExhaustedSignalled)
        {
            return;
        }

        var available = Available(change.State, balance);
        var exhausted = available <= 0;
        if (!exhausted && (balance.LowSignalled || available >= balance.LowAt))
        {
            return;
        }

        change.Put(balance with { LowSignalled = true, ExhaustedSignalled = exhausted });
        var type = exhausted ? SignalType.BalanceExhausted : SignalType.BalanceLow;
        change.Send(change.Signal(type) with { Unit = unit, Available = available });
    }

    /// <summary>The refusal of a cost that would take a period or a balance beyond what they can hold; null when it would not.</summary>
    public static Refusal? OutOfRange(LicenseState state, string? priceUnit, decimal costBefore, decimal cost)
    {
        // This holds for recorded use too: beyond its bounds a sum would lose digits without a word, and no evidence would be exact.
        var balance = priceUnit is { } unit ? state.FindBalance(unit) : null;
        return costBefore + cost > Amount.MaxTotal || balance?.Amount - cost < -Amount.MaxTotal
            ? Change.Invalid("/amount", "would cost more than can be counted")
            : null;
    }
}
