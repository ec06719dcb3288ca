namespace Metering;

/// <summary>Consume, check and record: how use is decided and counted.</summary>
internal static class Using
{
    /// <summary>Enforces and counts (rules 4 to 7).</summary>
    public static Answer Consume(Change change, Consume command, string? name = null)
    {
        if (Standing.Refuse(change) is { } refusal)
        {
            return refusal;
        }

        if (Standing.Meter(change, command.FeatureCode) is not { } meter)
        {
            return Standing.NotAssigned(change, command.FeatureCode, command.Amount);
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return Views.Usage(change, meter, default, command.Amount, 0);
        }

        change.State = change.State.With(meter);
        var step = Readings.Take(change, meter, command, change.Now, name);
        if ((step.Refusal ?? OutOfRange(meter.Used, step.Delta, strict: true)) is { } wrong)
        {
            return wrong;
        }

        var tiers = TierTable.For(meter);
        var tally = new Tally(command, EntryKind.Consumed) { Value = command.Amount, Delta = step.Delta, At = change.Now };
        if (step.Delta <= 0)
        {
            return meter.Suspended
                ? Refused(change, meter, tiers, command.Amount, 0, Admission.Decide(meter, tiers, 0, change.Now))
                : Count(change, step.Meter, tiers, tally);
        }

        var verdict = Admission.Decide(meter, tiers, step.Delta, change.Now);
        if (verdict.Code is not null && command.AllowPartial && meter.Feature.Metric == MetricType.Counter && !meter.Suspended
            && Admission.Part(meter, tiers, step.Delta) is > 0 and var part)
        {
            tally = tally with { Value = part, Delta = part };
            verdict = Admission.Decide(meter, tiers, part, change.Now);
        }

        if (verdict.Code is not null)
        {
            return Refused(change, meter, tiers, command.Amount, step.Delta, verdict);
        }

        var price = Pricing.Rise(meter, tiers, Stretch.Next(meter, tally.Delta));
        if (Crediting.OutOfRange(change, meter, meter.Cost, price.Cost) is { } beyond)
        {
            return beyond;
        }

        if (Crediting.Problem(change, meter, Pricing.Need(meter, tally.Delta, price)) is { } problem)
        {
            return Refused(change, meter, tiers, command.Amount, step.Delta, Verdict.No(RefusalCode.InsufficientCredits, problem));
        }

        return Count(change, verdict.Keep(step.Meter), tiers, tally with { Price = price });
    }

    /// <summary>Whether consume would allow an amount: decided on a copy, shown on the meter as it stands.</summary>
    public static Answer Check(Change change, string featureCode, decimal? asked, string? key)
    {
        if (change.State.Deleted)
        {
            return Standing.Gone;
        }

        if (Standing.Meter(change, featureCode) is not { } meter)
        {
            var unassigned = Views.Unassigned(change, featureCode, asked ?? 1);
            return unassigned with { Reason = Standing.Problem(change.State, change.Now) ?? unassigned.Reason };
        }

        var amount = asked ?? (meter.Feature.Metric is MetricType.Gauge or MetricType.Total ? Readings.Last(meter, key) : 1);
        var trial = new Change(change.State, change.Now, change.Rules);
        var answer = Consume(trial, new Consume { FeatureCode = featureCode, Amount = amount, Key = key });
        if (answer is Refusal { Code: RefusalCode.InvalidRequest or RefusalCode.LimitReached } wrong)
        {
            return wrong;
        }

        var refusal = answer as Refusal;
        var cost = (answer as UsageAnswer)?.Cost ?? 0;
        var added = (answer as UsageAnswer)?.Used - meter.Used ?? 0;
        var usage = refusal?.Usage ?? Views.Usage(change, meter, TierTable.For(meter), amount, cost, added);
        return usage with { Allowed = refusal is null && usage.Allowed, Reason = refusal?.Code, Signals = [] };
    }

    /// <summary>Counts what has already happened; never refuses for quota (rule 10).</summary>
    public static Answer Record(Change change, RecordUse command)
    {
        if (change.State.Deleted)
        {
            return Standing.Gone;
        }

        HoldState? lease = null;
        if (command.LeaseId is { } leaseId)
        {
            lease = Holding.FindLease(change, leaseId);
            if (lease is null)
            {
                return Holding.NotFound(leaseId);
            }

            command = command with { FeatureCode = lease.FeatureCode };
        }

        var at = Lateness.Moment(change, command.OccurredAt);
        if ((Standing.Meter(change, command.FeatureCode) ?? Standing.FormerMeter(change, command.FeatureCode, at)) is not { } meter)
        {
            return Standing.NotAssigned(change, command.FeatureCode, command.Amount);
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return Standing.NotMetered(command.FeatureCode);
        }

        change.State = change.State.With(meter);
        var step = Readings.Take(change, meter, command, at);
        var place = Lateness.PlaceOf(meter, change, at);
        if ((step.Refusal ?? OutOfRange(place.Closed?.Used ?? meter.Used, step.Delta, strict: false)) is { } wrong)
        {
            return wrong;
        }

        var tally = new Tally(command, EntryKind.Recorded)
        {
            Value = command.Amount,
            Delta = place.Closed is null ? Math.Max(step.Delta, -meter.Used) : step.Delta,
            At = place.At,
            Late = place.Late,
            HoldId = lease?.Id,
            Ignored = step.Ignored,
        };
        if (lease is not null)
        {
            return Holding.Draw(change, step.Meter, lease, tally, place.Closed);
        }

        if (tally.Ignored is not null)
        {
            return Ignore(change, meter, tally);
        }

        return Price(change, meter, place.Closed, ref tally) ?? Count(change, step.Meter, tally, place.Closed);
    }

    /// <summary>Prices what was recorded, in its own period; the refusal of a price beyond what can be counted, else null.</summary>
    public static Refusal? Price(Change change, MeterState meter, ClosedPeriod? closed, ref Tally tally)
    {
        var price = closed is null
            ? Pricing.Rise(meter, TierTable.For(meter), tally.Uncovered ? Stretch.Uncovered(meter, tally.Delta) : Stretch.Next(meter, tally.Delta))
            : Lateness.Price(meter, closed, tally.Delta);
        tally = tally with { Price = price };
        var terms = closed is null ? meter.Terms : MeterPast.TermsOf(meter, closed);
        return Crediting.OutOfRange(change, terms.PriceUnit, closed?.Cost ?? meter.Cost, price.Cost);
    }

    /// <summary>Counts what was recorded, in its own period.</summary>
    public static Answer Count(Change change, MeterState meter, Tally tally, ClosedPeriod? closed) => closed is null
        ? Count(change, meter, TierTable.For(meter), tally)
        : Lateness.Count(change, meter, closed, tally);

    /// <summary>Counts what was decided: burns the allowance, draws the cost, keeps the evidence, signals what was crossed.</summary>
    /// <param name="change">The license.</param>
    /// <param name="before">The meter, with what the use brings besides its count (a reading, the rate).</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="tally">What to count.</param>
    public static UsageAnswer Count(Change change, MeterState before, TierTable tiers, Tally tally)
    {
        var meter = tally.Uncovered
            ? before with { Used = before.Used + tally.Delta, Overage = before.Overage + tally.Delta }
            : Spend(before, tally.Delta);
        var overage = meter.Overage - before.Overage;
        var price = tally.Price ?? new Price(0, before.TiersEntered, before.PricedTo);
        meter = Days.Count(meter, tally.At, tally.Delta, tally.Delta, overage, price.Cost, tally.Use.UserId) with
        {
            Cost = before.Cost + price.Cost,
            PricedTo = price.PricedTo,
            TiersEntered = price.TiersEntered,
        };
        var balance = Crediting.Draw(change, meter, price.Cost);
        change.Log(tally.Entry() with
        {
            Before = before.Used,
            After = meter.Used,
            Overage = overage,
            Cost = price.Cost,
            Unit = balance?.Unit,
            BalanceAfter = balance?.Amount,
            Period = meter.Period,
        });
        if (meter.Terms.PriceUnit is { } priceUnit)
        {
            // What is available follows from the meter as the use leaves it.
            change.State = change.State.With(meter);
            Crediting.Signal(change, priceUnit);
        }

        // Use moves no tier: what was left is covered now, and the allowance is both together.
        meter = Levels.Settle(meter, change, tiers, overage > 0);
        change.State = change.State.With(meter);
        return Views.Usage(change, meter, tiers, tally.Value, price.Cost);
    }

    // A use that changes nothing has its evidence all the same: it came, and its event id is remembered (rule 8).
    private static UsageAnswer Ignore(Change change, MeterState meter, Tally tally)
    {
        change.Log(tally.Entry() with { Before = meter.Used, After = meter.Used, Period = meter.Period });
        return Views.Usage(change, meter, TierTable.For(meter), tally.Value, 0);
    }

    // A refusal changes no count (rule 4); it is tallied, and a tier may suspend use with it.
    public static Refusal Refused(Change change, MeterState meter, TierTable tiers, decimal amount, decimal delta, Verdict verdict)
    {
        meter = Days.Refuse(meter, change.Now);
        if (verdict.Suspends is { } tier)
        {
            meter = meter with { Suspended = true, ResumesNextPeriod = tier.ResumesNextPeriod };
            change.Log(new LedgerEntry
            {
                Kind = EntryKind.UsageSuspended,
                FeatureCode = meter.Feature.Code,
                Before = meter.Used,
                After = meter.Used,
                Period = meter.Period,
                Detail = verdict.Detail,
            });
            change.Send(change.Signal(SignalType.UsageSuspended, meter));
        }

        change.State = change.State.With(meter);
        var usage = Views.Usage(change, meter, tiers, amount, 0, delta, verdict.By);
        var at = verdict.MayReturn ? Returning.At(change, meter, delta) : null;
        return new Refusal
        {
            Code = verdict.Code!,
            Detail = at is null ? verdict.Detail! : RefusalText.From(verdict.Detail!, at.Value),
            RetryAfterSeconds = at is null ? verdict.RetryAfterSeconds : (long)Math.Ceiling((at.Value - change.Now).TotalSeconds),
            Usage = usage with { Allowed = false, Reason = verdict.Code },
        };
    }

    private static MeterState Spend(MeterState meter, decimal delta)
    {
        if (meter.Feature.IsLevel)
        {
            return Allowance.Recover(meter with { Used = meter.Used + delta });
        }

        return delta >= 0 ? Allowance.Burn(meter, delta) : Allowance.Unburn(meter, -delta);
    }

    /// <summary>The refusal of a use that would take the count out of its bounds; null when it would not.</summary>
    public static Refusal? OutOfRange(decimal used, decimal delta, bool strict)
    {
        if (used + delta > Amount.MaxTotal)
        {
            return Change.Invalid("/amount", "would take use beyond what a meter can count");
        }

        return strict && used + delta < 0 ? Change.Invalid("/amount", "would take use below zero") : null;
    }
}
