namespace Metering.Client;

/// <summary>How <see cref="MeteringClient"/> reaches the meter, and what it does when it can't.</summary>
public sealed class MeteringClientOptions
{
    /// <summary>Where the meter is, such as <c>https://meter.example.com/</c>. Required.</summary>
    public Uri? Address { get; set; }

    /// <summary>The license's secret key, <c>lk_…</c>. Required.</summary>
    public string? LicenseKey { get; set; }

    /// <summary>How long one try may take. 10 seconds by default.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often a call is tried again when the meter is away or busy: 0 to 10; 3 by default. Every repeat carries the same key.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>
    /// Where uses are kept while the meter can't be reached: a directory of this process alone. Without one, a call fails when the meter is
    /// away (fail closed), with <see cref="MeteringUnavailableException"/>. With one, a report is kept and sent later, and so is a
    /// consume within
    /// <see cref="OfflineLimit"/>.
    /// </summary>
    public string? QueueDirectory { get; set; }

    /// <summary>
    /// How many units of each feature a consume may let through unseen while the meter is away (fail open within a bound). 0 by default:
    /// none.
    /// They count as used when the meter is back, whatever the quota then says.
    /// </summary>
    public decimal OfflineLimit { get; set; }

    /// <summary>The most that the queue takes on disk, in bytes: at least 4,096. 16 MiB by default.</summary>
    public long MaxQueueBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Says what is wrong with these options.</summary>
    /// <exception cref="ArgumentException">One of them can't be used; the message names it.</exception>
    internal void Check()
    {
        OptionChecks.Address(Address, nameof(Address));
        OptionChecks.Present(LicenseKey, nameof(LicenseKey));
        OptionChecks.Tries(AttemptTimeout, MaxRetries);
        OptionChecks.Require(OfflineLimit >= 0, nameof(OfflineLimit), "must not be negative");
        OptionChecks.Require(
            OfflineLimit == 0 || QueueDirectory is not null, nameof(OfflineLimit), "needs a QueueDirectory, where the uses are kept");
        OptionChecks.QueueBytes(MaxQueueBytes);
    }
}
