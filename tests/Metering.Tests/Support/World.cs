namespace Metering.Tests.Support;

/// <summary>One license and its time, with all evidence that its commands have left.</summary>
internal sealed class World
{
    public static readonly DateTimeOffset Begin = Given.At("2026-01-01");

    public World(params FeatureTerms[] features)
        : this(Begin, new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [.. features] })
    {
    }

    public World(DateTimeOffset now, OpenLicense open)
    {
        Now = now;
        Take(LicenseMeter.Apply(null, open, now));
    }

    /// <summary>A license with one counter, <see cref="Given.Calls"/>.</summary>
    public World(Terms terms, MetricType metric = MetricType.Counter)
        : this(Given.Of(terms, metric: metric))
    {
    }

    public LicenseState State { get; private set; } = null!;

    public DateTimeOffset Now { get; private set; }

    public MeterRules? Rules { get; init; }

    public Outcome Last { get; private set; } = null!;

    public List<LedgerEntry> Entries { get; } = [];

    public List<Signal> Signals { get; } = [];

    public List<ClosedDay> ClosedDays { get; } = [];

    public List<FeaturePeriod> ClosedPeriods { get; } = [];

    public MeterState Meter => State.FindMeter(Given.Calls)!;

    /// <summary>The balance as a read shows it.</summary>
    public BalanceAnswer Usd => LicenseMeter.Balances(State, Now, Rules ?? MeterRules.Default).Single(balance => balance.Unit == "USD");

    public World Wait(TimeSpan time)
    {
        Now += time;
        return this;
    }

    public World WaitUntil(string time)
    {
        Now = Given.At(time);
        return this;
    }

    public Answer Do(Command command, string? key = null)
    {
        Take(LicenseMeter.Apply(State, command, Now, Rules, key));
        return Last.Answer;
    }

    public TAnswer Do<TAnswer>(Command command)
        where TAnswer : Answer => Assert.IsType<TAnswer>(Do(command));

    /// <summary>A consume that is allowed.</summary>
    public UsageAnswer Use(decimal amount = 1, string code = Given.Calls, string? key = null, string? user = null) =>
        Do<UsageAnswer>(new Consume { FeatureCode = code, Given = amount, Key = key, UserId = user });

    /// <summary>A consume that is refused with a code.</summary>
    public Refusal Refuse(string code, decimal amount = 1, string feature = Given.Calls, string? key = null)
    {
        var refusal = Do<Refusal>(new Consume { FeatureCode = feature, Given = amount, Key = key });
        Assert.Equal(code, refusal.Code);
        return refusal;
    }

    /// <summary>A use that has happened already.</summary>
    public UsageAnswer Record(
        decimal amount = 1, string code = Given.Calls, DateTimeOffset? at = null, string? lease = null, string? key = null) =>
        Do<UsageAnswer>(new RecordUse { FeatureCode = code, Given = amount, OccurredAt = at, LeaseId = lease, Key = key });

    public GrantAnswer Grant(
        decimal amount,
        int priority = 0,
        string? from = null,
        string? until = null,
        decimal? keep = null,
        Interval every = Interval.None,
        string code = Given.Calls) => Do<GrantAnswer>(new AddGrant
        {
            FeatureCode = code,
            Amount = amount,
            Priority = priority,
            EffectiveAt = from is null ? null : Given.At(from),
            ExpiresAt = until is null ? null : Given.At(until),
            RolloverMax = keep,
            Recurrence = every,
        });

    public HoldAnswer Hold(decimal amount, int seconds = 600, HoldKind kind = HoldKind.Reservation, string code = Given.Calls) =>
        Do<HoldAnswer>(new OpenHold
    {
        FeatureCode = code,
        Amount = amount,
        TtlSeconds = seconds,
        Kind = kind,
        Fingerprint = kind == HoldKind.Lease ? "machine_1" : null,
    });

    public BalanceAnswer Balance(decimal amount, bool overage = false, decimal? lowAt = null) =>
        Do<BalanceAnswer>(new OpenBalance { Unit = "USD", Amount = amount, AllowOverage = overage, LowAt = lowAt });

    public UsageAnswer Check(decimal? amount = null, string code = Given.Calls, string? key = null) =>
        Assert.IsType<UsageAnswer>(LicenseMeter.Check(State, code, amount, key, Now, Rules ?? MeterRules.Default));

    /// <summary>How the feature stands, as a read shows it.</summary>
    public UsageAnswer See(string code = Given.Calls) =>
        LicenseMeter.Usage(State, Now, Rules ?? MeterRules.Default).Single(answer => answer.FeatureCode == code);

    public GrantAnswer SeeGrant(string id) => LicenseMeter.Grants(State, Now, Rules ?? MeterRules.Default).Single(grant => grant.Id == id);

    public IEnumerable<LedgerEntry> EntriesOf(EntryKind kind) => Entries.Where(entry => entry.Kind == kind);

    public IEnumerable<Signal> SignalsOf(SignalType type) => Signals.Where(signal => signal.Type == type);

    private void Take(Outcome outcome)
    {
        Last = outcome;
        State = outcome.State;
        Entries.AddRange(outcome.Entries);
        Signals.AddRange(outcome.Signals);
        ClosedDays.AddRange(outcome.ClosedDays);
        ClosedPeriods.AddRange(outcome.ClosedPeriods);
    }
}
