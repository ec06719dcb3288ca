namespace Metering;

/// <summary>An operator's corrections: decrement, reset, resume.</summary>
internal static class Corrections
{
    public static Answer Decrement(Change change, DecrementUsage command)
    {
        if (FeatureLookup.Meter(change, command.FeatureCode) is not { } meter)
        {
            return FeatureLookup.NotAssigned(change, command.FeatureCode, command.Amount);
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return FeatureLookup.NotMetered(command.FeatureCode);
        }

        if (!meter.Metric.CanBeDecremented)
        {
            return Change.Invalid("/feature_code", "a gauge is corrected by its next reading");
        }

        if (command.Amount <= 0)
        {
            return Change.Invalid("/amount", "must be above zero");
        }

        if (command.Amount > meter.Used)
        {
            return Change.Invalid("/amount", $"must be no more than the {Amount.Format(meter.Used)} used in the period");
        }

        var tiers = TierTable.For(meter);
        var after = meter.Metric.Add(meter, -command.Amount);
        var price = Pricing.Fall(meter, tiers, command.Amount);
        var overage = after.Overage - meter.Overage;

        // No value, because a correction is none: the day's min, max and last stay those of its uses.
        var days = Days.Count(after, change.Now, -command.Amount, null, overage, price.Cost, null);

        // No more than was drawn: what nobody has paid, because there was no balance then, is given back to none.
        var drawn = Math.Max(price.Cost, -Math.Max(0, meter.Priced?.CreditDrawn ?? 0));
        var balance = Credit.Draw(change, after, drawn);
        after = after with
        {
            Days = days,
            Cost = meter.Cost + price.Cost,
            Priced = PeriodLines.Add(meter.Priced, price, balance, change.State, drawn),
            PricedTo = price.PricedTo,
        };
        after = Days.Bound(after, meter, change);
        change.Log(new LedgerEntry
        {
            Kind = EntryKind.Decremented,
            FeatureCode = command.FeatureCode,
            Amount = -command.Amount,
            Value = command.Amount,
            Before = meter.Used,
            After = after.Used,
            Overage = overage,
            Cost = price.Cost,
            Charges = price.Charges,
            Unit = balance?.Unit,
            BalanceAfter = balance?.Amount,
            Drawn = balance is null || drawn == price.Cost ? null : drawn,
            Period = meter.Period,
            Day = change.Today,
        }.With(command.Note));
        return Answer(change, after);
    }

    public static Answer Reset(Change change, ResetUsage command)
    {
        if (command.TopUp is { } amount)
        {
            // The feature is named by now: a top-up that names none was given the only metered one (LicenseMeter).
            return TopUp(change, new AddGrant { FeatureCode = command.FeatureCode!, Amount = amount, Note = command.Note });
        }

        if (command.FeatureCode is { } code)
        {
            if (FeatureLookup.Meter(change, code) is not { } meter)
            {
                return FeatureLookup.NotAssigned(change, code, 0);
            }

            return meter.Feature.Kind == FeatureKind.Boolean ? FeatureLookup.NotMetered(code) : Reset(change, meter, command);
        }

        // By its place, because a reset may close days of the meters after it.
        for (var i = 0; i < change.State.Meters.Length; i++)
        {
            if (change.State.Meters[i] is { Assigned: true, Feature.Kind: FeatureKind.Metered } known)
            {
                Reset(change, Timeline.Advance(known, change), command);
            }
        }

        return new LicenseUsage { Features = UsageAnswer.AllOf(change), Balances = BalanceAnswer.AllOf(change.State) };
    }

    public static Answer Resume(Change change, ResumeUsage command)
    {
        if (FeatureLookup.Meter(change, command.FeatureCode) is not { } meter)
        {
            return FeatureLookup.NotAssigned(change, command.FeatureCode, 0);
        }

        // Where nothing was suspended there is an entry too: what is remembered is in the ledger (rule 8), and a repeat that came after a
        // later suspension must not lift that one.
        var suspended = meter.Suspended;
        meter = meter with { Suspended = false };
        change.Log(new LedgerEntry
        {
            Kind = EntryKind.UsageResumed,
            FeatureCode = command.FeatureCode,
            Before = meter.Used,
            After = meter.Used,
            Period = meter.Period,
            Detail = suspended ? null : "was not suspended",
        }.With(command.Note));
        if (suspended)
        {
            change.Send(change.Signal(SignalType.UsageResumed, meter));
        }

        return Answer(change, meter);
    }

    // A top-up is a grant; the answer is how the feature stands with it.
    private static Answer TopUp(Change change, AddGrant grant)
    {
        if (GrantRegister.Add(change, grant) is Refusal refusal)
        {
            return refusal;
        }

        var meter = change.State.FindMeter(grant.FeatureCode)!;
        return UsageAnswer.Of(change, meter, TierTable.For(meter), 0, 0);
    }

    private static UsageAnswer Reset(Change change, MeterState meter, ResetUsage command)
    {
        var before = meter;
        var end = meter.Period.End;

        // Closed as a period is, so that a counter's late use from before the reset finds the part in which it happened.
        meter = PeriodClose.Close(meter, change, change.Now, "reset", command.Note);
        meter = GrantTimeline.EndUsedUp(meter, change);
        meter = meter.Metric.Reset(meter, before.Used, change.Now);
        var schedule = command.KeepAnchor ? meter.Schedule : meter.Schedule with { Anchor = change.Now };
        meter = meter with
        {
            Schedule = schedule,
            Endless = EndlessSpan.Reset(meter.Endless, new LedgerPlace(change.Now, change.State.Sequence)),
            // What is left of the period, so that the boundaries after it stay where the anchor puts them.
            Period = command.KeepAnchor ? new Period(change.Now, end) : schedule.At(change.Now),
        };
        meter = MovedOverage.Tell(before, meter.Metric.CoverAnew(meter), change);

        // The level is set in silence, as with a new period: nothing has been crossed in it.
        return Answer(change, meter with { Level = Levels.Of(meter, TierTable.For(meter)) });
    }

    private static UsageAnswer Answer(Change change, MeterState meter)
    {
        var tiers = TierTable.For(meter);

        // A correction takes use away, so none goes beyond the allowance by it.
        meter = Levels.AfterUse(meter, meter, change, tiers);
        change.Put(meter);
        return UsageAnswer.Of(change, meter, tiers, 0, 0);
    }
}
