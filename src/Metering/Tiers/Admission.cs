namespace Metering;

/// <summary>
/// Whether use is let through: what consume, hold and commit decide, in the order of the rules. The policies judge it (rule 6), a part
/// may do where the whole does not (rule 4), and its price must be there (rule 7). Nothing is counted here, and nothing is changed.
/// </summary>
/// <param name="Verdict">What policies and credit say of it, and what it takes of the rate.</param>
/// <param name="Asked">What was asked for.</param>
/// <param name="Delta">What is let through: all of it, or a part.</param>
/// <param name="Price">What that costs when it is used; null: nothing is priced.</param>
internal readonly record struct Admission(Verdict Verdict, Asked Asked, decimal Delta, Price? Price)
{
    /// <summary>
    /// The refusal of a cost beyond what can be counted: no rule of the license refuses it, so it is not tallied. Null otherwise.
    /// </summary>
    public Refusal? Invalid { get; init; }

    /// <summary>Decides. Changes nothing: a refusal of what a hold has partly promised leaves the hold as it is.</summary>
    /// <param name="state">The license, with the meter.</param>
    /// <param name="meter">The meter, brought to now.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="asked">What is asked.</param>
    /// <param name="now">Now.</param>
    public static Admission Decide(LicenseState state, MeterState meter, TierTable tiers, Asked asked, DateTimeOffset now)
    {
        var delta = asked.Delta;
        var verdict = asked.IsPromised ? Verdict.Yes(meter) : Verdict.Of(meter, tiers, asked.Unpromised, now);
        if (verdict.Code is not null && asked.PartWillDo && !meter.Suspended && Part(meter, tiers, delta) is > 0 and var part)
        {
            delta = part;

            // Judged like the whole: the room leaves rates aside, and a rate may still refuse the part.
            verdict = Verdict.Of(meter, tiers, part, now);
        }

        if (verdict.Code is not null)
        {
            // What was set aside may still be settled without the part beyond it, so asking for too much suspends nothing.
            return new Admission(asked.Promised > 0 ? verdict with { Suspends = null } : verdict, asked, 0, null);
        }

        // What takes use away, or changes nothing, costs nothing and needs no credit.
        return delta <= 0 ? new Admission(verdict, asked, delta, null)
            : asked.ToHold ? Hold(state, meter, tiers, new Admission(verdict, asked, delta, null))
            : Use(state, meter, tiers, new Admission(verdict, asked, delta, null));
    }

    /// <summary>How many units the policies would let through now, rates aside; null: without end.</summary>
    public static decimal? Room(MeterState meter, TierTable tiers)
    {
        if (meter.Suspended)
        {
            return 0;
        }

        // A quarter of the largest decimal stands for any amount: what is added to it on the line still fits.
        var next = Stretch.AfterHolds(meter, decimal.MaxValue / 4);

        // A tier may stop use before the allowance ends; only where none does is all of it covered, and the tiers of overage say the
        // rest.
        if (tiers.Reach(next.From) is { } within && within < next.From + next.Covered)
        {
            return Math.Max(0, within - next.From);
        }

        return Allowance.Left(meter) is null ? null
            : tiers.Reach(next.OverFrom) is { } beyond ? next.Covered + Math.Max(0, beyond - next.OverFrom)
            : null;
    }

    /// <summary>The refusal, tallied; null when it is let through.</summary>
    /// <param name="change">The license.</param>
    /// <param name="meter">The meter as it was judged.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="given">The value as it was given.</param>
    public Refusal? Refuse(Change change, MeterState meter, TierTable tiers, decimal given) =>
        Verdict.Code is null ? Invalid : RefusedUse.Refuse(change, meter, tiers, given, Asked, Verdict);

    /// <summary>The meter with what is let through taken from the rate.</summary>
    public MeterState Keep(MeterState meter) => Verdict.Keep(meter);

    private static decimal Part(MeterState meter, TierTable tiers, decimal delta) => Math.Min(delta, Room(meter, tiers) ?? delta);

    // What is used is priced from where use stands. The hold that promised it, if there is one, sets its credit free with it.
    private static Admission Use(LicenseState state, MeterState meter, TierTable tiers, Admission admission)
    {
        var asked = admission.Asked;
        var free = asked.Promised == 0 ? meter : meter with { Held = meter.Held - asked.Promised };
        var price = Pricing.Rise(free, tiers, Stretch.Next(free, admission.Delta));
        admission = admission with { Price = price, Invalid = Credit.OutOfRange(state, meter.Terms.PriceUnit, meter.Cost, price.Cost) };

        // What was set aside is settled also when the credit has become short since (decisions, leases and reservations).
        if (admission.Invalid is not null || asked.IsPromised)
        {
            return admission;
        }

        // Credit is worked out from the state, so the hold that is settled must be off its meter there too.
        var need = Pricing.Need(free, admission.Delta, price);
        return admission.WithCredit(asked.Promised == 0 ? state : state.With(free), free, price.Cost, need);
    }

    // What is set aside is priced behind all that is held already, as if everything held were settled one after the other.
    private static Admission Hold(LicenseState state, MeterState meter, TierTable tiers, Admission admission)
    {
        var cost = Pricing.OfHeld(meter with { Held = meter.Held + admission.Delta }, tiers);
        var need = cost - Pricing.OfHeld(meter, tiers);
        return Credit.OutOfRange(state, meter.Terms.PriceUnit, meter.Cost, cost) is { } invalid
            ? admission with { Invalid = invalid }
            : admission.WithCredit(state, meter, need, need);
    }

    private Admission WithCredit(LicenseState state, MeterState meter, decimal cost, decimal need) =>
        Credit.Shortage(state, meter, cost, need) is { } shortage
            ? this with { Verdict = Verdict.No(RefusalCode.InsufficientCredits, shortage) }
            : this;
}
