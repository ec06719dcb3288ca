namespace Metering.Client;

/// <summary>What a <see cref="LeasedMeter"/> leases, and where it keeps its journal.</summary>
public sealed class LeasedMeterOptions
{
    // As long as a lease may stand at the meter.
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(35);

    /// <summary>The feature: metered, of the type <c>counter</c>. Required.</summary>
    public string? FeatureCode { get; set; }

    /// <summary>Where the journal lies: a directory of this process alone, on a disk that outlives it. Required.</summary>
    public string? Directory { get; set; }

    /// <summary>The machine that holds the leases, as the ledger names it. The machine's name by default.</summary>
    public string Fingerprint { get; set; } = Environment.MachineName;

    /// <summary>
    /// For how long a lease is taken: from 10 seconds to 35 days; 10 minutes by default. For so long the meter may be away, and for so long
    /// it sets aside what a process that is gone for good had leased.
    /// </summary>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Units of the first lease, and the least that is asked for later. 100 by default.</summary>
    public long MinAmount { get; set; } = 100;

    /// <summary>
    /// The most units of one lease; 1,000,000 by default. Between the two, a lease is sized by the pace of use, so that it lasts for its
    /// time.
    /// </summary>
    public long MaxAmount { get; set; } = 1_000_000;

    /// <summary>How often the meter is told what was spent, at least once a day. Every minute by default.</summary>
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long <see cref="LeasedMeter.DisposeAsync"/> tries to give back what is left, at most a day. 5 seconds by default. What can't
    /// be given back stays in the journal.
    /// </summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The meter's public keys, as <c>/.well-known/jwks.json</c> gives them (RFC 7517). With them, only leases that they prove are spent.
    /// Without them, the keys that the meter gave are kept beside the journal, which a user of the machine could change.
    /// </summary>
    public string? TrustedKeys { get; set; }

    /// <summary>What is checked and then used for long, so that a later change of these options can't change it.</summary>
    internal LeasedMeterOptions Copy() => (LeasedMeterOptions)MemberwiseClone();

    /// <summary>Says what is wrong with these options.</summary>
    /// <exception cref="ArgumentException">One of them can't be used; the message names it.</exception>
    internal void Check()
    {
        OptionChecks.Present(FeatureCode, nameof(FeatureCode));
        OptionChecks.Present(Directory, nameof(Directory));
        OptionChecks.Present(Fingerprint, nameof(Fingerprint));
        OptionChecks.Require(
            LeaseTime >= TimeSpan.FromSeconds(10) && LeaseTime <= LongestTime, nameof(LeaseTime), "must be 10 s to 35 days");
        OptionChecks.Require(MinAmount > 0, nameof(MinAmount), "must be more than zero");
        OptionChecks.Require(MaxAmount >= MinAmount, nameof(MaxAmount), "must not be less than MinAmount");
        OptionChecks.Interval(SyncInterval, nameof(SyncInterval));
        OptionChecks.Wait(CloseTimeout, nameof(CloseTimeout));
    }
}
