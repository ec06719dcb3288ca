using System.Text.Json.Serialization;

namespace Metering.Client;

/// <summary>A lease as the journal has it. It changes under the lock of <see cref="LeaseStock"/> alone.</summary>
internal sealed class HeldLease
{
    // A part before the end is not used: a request is on its way for a while, and no two clocks run at the same speed.
    private const double UsedPart = 0.95;

    private static readonly TimeSpan Correction = TimeSpan.FromSeconds(5);

    /// <summary>The meter's id of it.</summary>
    public required string Id { get; init; }

    /// <summary>Units that the meter set aside.</summary>
    public required long Amount { get; init; }

    /// <summary>When it was asked for by this machine's clock, UTC: no later than the meter began to count its time.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>How long it stands.</summary>
    public required long Seconds { get; init; }

    /// <summary>The machine that asked for it; null where an older version noted it. What is told again is told with the same.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Its proof: a JWT.</summary>
    public required string Token { get; init; }

    /// <summary>Units that may have been spent. After a crash all of them count as spent.</summary>
    public long Marked { get; set; }

    /// <summary>When the last of them were marked, UTC.</summary>
    public DateTimeOffset MarkedAt { get; set; }

    /// <summary>Units that are in steps.</summary>
    public long Told { get; set; }

    /// <summary>The steps that the meter does not have yet.</summary>
    public List<LeaseStep> Steps { get; init; } = [];

    /// <summary>Whether nothing is spent from it any more: all that is left to do is to tell the meter, and to close it.</summary>
    public bool Ended { get; set; }

    /// <summary>Of what is marked, what was spent when it was last looked at.</summary>
    [JsonIgnore]
    public long Spent { get; set; }

    /// <summary>From which timestamp of this process's clock on it is not to be spent.</summary>
    [JsonIgnore]
    public long SpendUntil { get; private set; }

    /// <summary>From when on it is not to be spent by the time of day, UTC.</summary>
    /// <remarks>
    /// A process's own clock may stand still while the machine sleeps, and this one does not. It may be set, though: ahead, which ends the
    /// lease early, so that its rest goes back and another one is taken by the new time; or back, and then the process's clock ends it.
    /// </remarks>
    [JsonIgnore]
    public DateTimeOffset EndsAt => TakenAt + Good;

    private TimeSpan Good => TimeSpan.FromSeconds(Seconds * UsedPart);

    /// <summary>How long it may still be spent, by the clock that ends it first; zero or less: no more.</summary>
    public TimeSpan Left(TimeProvider clock)
    {
        var (own, day) = (clock.GetElapsedTime(clock.GetTimestamp(), SpendUntil), EndsAt - clock.GetUtcNow());
        return own < day ? own : day;
    }

    /// <summary>For how long it has been there, by the process's own clock: the time of day may have been set since.</summary>
    public TimeSpan Age(TimeProvider clock) => Good - clock.GetElapsedTime(clock.GetTimestamp(), SpendUntil);

    /// <summary>Works out <see cref="SpendUntil"/> by this process's clock.</summary>
    public void SetDeadline(TimeProvider clock)
    {
        var gone = clock.GetUtcNow() - TakenAt;
        // A clock that was set back since the lease was taken tells nothing of how much time is left. Seconds may be the clock's own
        // correction.
        var good = gone < -Correction ? TimeSpan.Zero : Good - gone;
        SpendUntil = clock.GetTimestamp() + (long)(good.TotalSeconds * clock.TimestampFrequency);
    }
}
