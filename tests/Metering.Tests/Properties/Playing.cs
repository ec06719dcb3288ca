using System.Globalization;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Plays histories: makes a command of each step, from the license as it stands.</summary>
internal static class Playing
{
    private static readonly decimal[] Amounts = [1, 1, 1, 2, 3, 0.5m, 7.25m, 10, 25, 33.333333333m, 60, 100, 0.000000001m];
    private static readonly string?[] Users = [null, null, "user_1", "user_2", "user_3"];
    private static readonly string[] Units = ["USD", "USD", "credits"];

    /// <summary>Plays a whole history.</summary>
    /// <param name="history">What happens.</param>
    /// <param name="each">Sees each command with the state before, its time and what it came to.</param>
    /// <returns>The state at the end, and its time.</returns>
    public static (LicenseState State, DateTimeOffset Now) Run(
        History history, Action<LicenseState?, Command, DateTimeOffset, Outcome>? each = null)
    {
        var scenario = new Scenario(history.Seed);
        var now = scenario.Start;
        var outcome = LicenseMeter.Apply(null, scenario.Open, now);
        each?.Invoke(null, scenario.Open, now, outcome);
        return Continue(outcome.State, now, history.Steps, each);
    }

    /// <summary>Plays steps on a license as it stands.</summary>
    public static (LicenseState State, DateTimeOffset Now) Continue(
        LicenseState state, DateTimeOffset now, IEnumerable<Step> steps, Action<LicenseState?, Command, DateTimeOffset,
        Outcome>? each = null)
    {
        foreach (var step in steps)
        {
            now = Later(state, now, step.Wait);
            var command = CommandOf(state, now, step);
            var outcome = LicenseMeter.Apply(state, command, now);
            each?.Invoke(state, command, now, outcome);
            state = outcome.State;
        }

        return (state, now);
    }

    /// <summary>The commands of a history in words, up to where they fail.</summary>
    public static List<string> Tell(History history)
    {
        var lines = new List<string> { $"seed {history.Seed}, {history.Steps.Length} steps" };
        try
        {
            Run(history, (_, command, now, outcome) => lines.Add(
                $"{now.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)} {Word(command)} -> {Word(outcome.Answer)}"));
        }
        catch (Exception failure) when (
            failure is OverflowException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            lines.Add(failure.ToString());
        }

        return lines;
    }

    /// <summary>Everything that is due next: ends of periods and days, grants' times, holds' ends.</summary>
    public static DateTimeOffset? NextDue(LicenseState state, DateTimeOffset now) => Dues(state)
        .Where(due => due > now)
        .Select(due => (DateTimeOffset?)due)
        .Min();

    private static IEnumerable<DateTimeOffset> Dues(LicenseState state)
    {
        foreach (var meter in state.Meters)
        {
            if (meter.Period.End is { } end)
            {
                yield return end;
            }

            foreach (var grant in meter.Grants)
            {
                if (!grant.Active)
                {
                    yield return grant.EffectiveAt;
                }

                if (grant.RecursAt is { } recurs)
                {
                    yield return recurs;
                }

                if (grant.ExpiresAt is { } expires)
                {
                    yield return expires;
                }
            }

            foreach (var closed in meter.Past?.Periods ?? [])
            {
                yield return closed.Period.End!.Value + MeterRules.Default.LateWindow;
            }

            foreach (var day in meter.Days)
            {
                yield return new DateTimeOffset(day.Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1)
                    + MeterRules.Default.LateWindow;
            }
        }

        foreach (var hold in state.Holds.Where(hold => !hold.Closed))
        {
            yield return hold.ExpiresAt;
        }
    }

    private static DateTimeOffset Later(LicenseState state, DateTimeOffset now, int wait)
    {
        var size = wait / 16;
        return (wait % 16) switch
        {
            < 4 => now,
            4 => now.AddMilliseconds(size),
            5 => now.AddSeconds(size % 120),
            6 => now.AddMinutes(size % 120),
            7 or 8 => now.AddHours(size % 30),
            9 => now.AddDays(size % 10),
            10 or 11 => NextDue(state, now) ?? now,
            12 => NextDue(state, now)?.AddMilliseconds(-1) ?? now,
            13 => size % 5 == 0 ? now.AddDays(size) : now.AddSeconds(size),
            14 => size % 20 == 0 ? now.AddYears(size % 7) : now,

            // The host's clock may run backwards; the license's time does not (rule 2).
            _ => now.AddSeconds(-(size % 60)),
        };
    }

    /// <summary>The command of a step, on a license as it stands.</summary>
    public static Command CommandOf(LicenseState state, DateTimeOffset now, Step step)
    {
        var feature = Scenario.Metered[step.Which % Scenario.Metered.Length];
        var amount = Amounts[step.Size % Amounts.Length];
        var code = step.Which % 50 == 0 ? Scenario.Flag : feature.Code;
        switch (step.Verb)
        {
            case < 38:
                return new Consume
                {
                    FeatureCode = code,
                    Given = Signed(feature, amount, step),
                    Key = KeyOf(feature, step),
                    UserId = Users[step.Detail % Users.Length],
                    AllowPartial = step.Detail % 3 == 0,
                };
            case < 50:
                return new RecordUse
                {
                    FeatureCode = code,
                    Given = Signed(feature, amount, step),
                    Key = KeyOf(feature, step),
                    UserId = Users[step.Detail % Users.Length],
                    OccurredAt = step.Detail % 4 == 0 ? null : now.AddMinutes(30 - (step.Detail * 3)),
                };
            case < 54:
                return new DecrementUsage { FeatureCode = code, Amount = amount };
            case < 56:
                return new ResetUsage { FeatureCode = step.Detail % 3 == 0 ? null : code, KeepAnchor = step.Size % 2 == 0 };
            case < 58:
                return new ResumeUsage { FeatureCode = code };
            case < 66:
                return Grant(code, amount, now, step);
            case < 68:
                return new VoidGrant { GrantId = GrantOf(state, step.Which) };
            case < 71:
                return new OpenBalance
                {
                    Unit = Units[step.Which % Units.Length],
                    Amount = amount * 10,
                    AllowOverage = step.Detail % 3 == 0,
                };
            case < 75 when step.Detail % 5 == 4:
                return new ChangeBalanceTerms
                {
                    Unit = Units[step.Which % Units.Length],
                    AllowOverage = step.Detail % 2 == 0 ? null : step.Size % 2 == 0,
                    LowAt = step.Size % 3 == 0 ? null : amount,
                };
            case < 75:
                return new ChangeBalance
                {
                    Unit = Units[step.Which % Units.Length],
                    Change = (BalanceChange)(step.Detail % 4),
                    Amount = amount,
                };
            case < 81:
                return new OpenHold
                {
                    FeatureCode = step.Which % 2 == 0 ? "calls" : "tokens",
                    Amount = amount,
                    TtlSeconds = 1 + (step.Detail * step.Detail),
                    Kind = (HoldKind)(step.Size % 2),
                    Fingerprint = "machine_1",
                };
            case < 84:
                return new CommitHold
                {
                    HoldId = HoldOf(state, HoldKind.Reservation, step.Which),
                    Amount = step.Detail % 3 == 0 ? null : step.Detail % 20 == 1 ? 0 : amount,
                };
            case < 85:
                return new ReleaseHold { HoldId = HoldOf(state, HoldKind.Reservation, step.Which) };
            case < 88:
                return new RecordUse
                {
                    FeatureCode = code,
                    Given = amount,
                    LeaseId = HoldOf(state, HoldKind.Lease, step.Which),
                    OccurredAt = step.Detail % 2 == 0 ? null : now.AddMinutes(30 - (step.Detail * 3)),
                };
            case < 90:
                return new SyncLease { HoldId = HoldOf(state, HoldKind.Lease, step.Which), Close = step.Detail % 2 == 0 };
            case < 93:
                return new SetMachine { Fingerprint = "machine_" + (step.Detail % 4), Cores = step.Size % 16 };
            case < 94:
                return new RemoveMachine { Fingerprint = "machine_" + (step.Detail % 4) };
            case < 95:
                return new SetPlans { Plans = Scenario.AnyPlans(new Random(step.Size)) };
            case < 97:
                return new AssignFeature { Feature = new FeatureTerms(feature, Scenario.AnyTerms(new Random(step.Size), feature)) };
            case < 98:
                return new UnassignFeature { FeatureCode = code, Plans = Scenario.PlansOf(state, new Random(step.Size)) };
            default:
                return new ChangeLicense
                {
                    Suspended = step.Detail % 4 == 0,
                    SetExpiry = step.Detail % 3 == 0,
                    ExpiresAt = step.Detail % 2 == 0 ? now.AddDays(step.Size % 50) : null,
                };
        }
    }

    private static AddGrant Grant(string code, decimal amount, DateTimeOffset now, Step step)
    {
        var effective = (step.Detail % 4) switch
        {
            0 => now.AddHours(step.Size % 200),
            1 => now.AddHours(-(step.Size % 200)),
            _ => (DateTimeOffset?)null,
        };
        return new AddGrant
        {
            FeatureCode = code,
            Amount = amount,
            Priority = step.Detail % 3,
            EffectiveAt = effective,
            ExpiresAt = step.Size % 3 == 0 ? null : (effective ?? now).AddHours(1 + (step.Size % 400)),
            RolloverMax = step.Which % 3 == 0 ? null : step.Which % 4 * 3.5m,
            Recurrence = step.Size % 4 == 0 ? (Interval)(step.Detail % 6) : Interval.None,
        };
    }

    private static decimal Signed(Feature feature, decimal amount, Step step) =>
        feature.Metric == MetricType.UpDown && step.Detail % 2 == 0 ? -amount : amount;

    private static string? KeyOf(Feature feature, Step step) =>
        feature.Metric == MetricType.Gauge && step.Detail % 3 > 0 ? "key_" + (step.Detail % 3) : null;

    private static string GrantOf(LicenseState state, int which)
    {
        var grants = state.Meters.SelectMany(meter => meter.Grants.Concat(meter.EndedGrants)).Select(grant => grant.Id).ToList();
        return grants.Count == 0 ? "grt_0" : grants[which % grants.Count];
    }

    // Mostly an open one of the kind that is meant, for closed leases would soon outnumber them.
    private static string HoldOf(LicenseState state, HoldKind kind, int which)
    {
        var holds = state.Holds
            .Where(hold => which % 10 == 0 || (hold.Kind == kind && (which % 3 == 0 || !hold.Closed)))
            .Select(hold => hold.Id)
            .Order(StringComparer.Ordinal)
            .ToList();
        return holds.Count == 0 ? "res_0" : holds[which % holds.Count];
    }

    private static string Word(object value) => value switch
    {
        UsageAnswer usage =>
            $"used {usage.Used} of {usage.Allowance}, overage {usage.Overage}, held {usage.Held}, cost {usage.Cost}, {usage.Level}",
        Refusal refusal => $"{refusal.Code} {refusal.Pointer}",
        OpenLicense open =>
            $"open at {open.Anchor} in {open.TimeZone} with {string.Join("; ", open.Features.Concat(open.Plans.SelectMany(plan => plan.Features)).Select(Word))}",
        AssignFeature assign => "assign " + Word(assign.Feature),
        FeatureTerms given => $"{given.Feature.Code}: {given.Terms} [{string.Join(", ", given.Terms.Tiers)}]",
        _ => value.ToString()!,
    };
}
