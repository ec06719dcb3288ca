namespace Metering.Client;

/// <summary>How <see cref="MeteringEvents"/> reaches the meter, and how it gathers events.</summary>
public sealed class MeteringEventsOptions
{
    private const int MostEvents = 10_000;

    /// <summary>Where the meter is, such as <c>https://meter.example.com/</c>. Required.</summary>
    public Uri? Address { get; set; }

    /// <summary>A token with the scope <c>ingest</c>. Required.</summary>
    public string? Token { get; set; }

    /// <summary>Where events are kept until the meter has them: a directory of this process alone. Required.</summary>
    public string? QueueDirectory { get; set; }

    /// <summary>The most that the queue takes on disk, in bytes: at least 4,096. 256 MiB by default; about a million events.</summary>
    public long MaxQueueBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>So many events that wait are sent at once, and no more in a request: 1 to 10,000. 500 by default.</summary>
    public int MaxBatch { get; set; } = 500;

    /// <summary>The longest that an event waits for others, at most a day. A second by default.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether batches are compressed (gzip). True by default.</summary>
    public bool Compress { get; set; } = true;

    /// <summary>
    /// How long the end waits for what is still to be sent, at most a day. 5 seconds by default; what is left stays on the disk.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one try may take. 30 seconds by default.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Called for each event that the meter did not count, after it was logged; one after the other.</summary>
    public Action<RejectedEvent>? OnRejected { get; set; }

    /// <summary>What is checked and then used for long, so that a later change of these options can't change it.</summary>
    internal MeteringEventsOptions Copy() => (MeteringEventsOptions)MemberwiseClone();

    /// <summary>Says what is wrong with these options.</summary>
    /// <exception cref="ArgumentException">One of them can't be used; the message names it.</exception>
    internal void Check()
    {
        OptionChecks.Address(Address, nameof(Address));
        OptionChecks.Present(Token, nameof(Token));
        OptionChecks.Present(QueueDirectory, nameof(QueueDirectory));
        OptionChecks.Tries(AttemptTimeout, maxRetries: 0);
        OptionChecks.QueueBytes(MaxQueueBytes);
        OptionChecks.Require(MaxBatch is > 0 and <= MostEvents, nameof(MaxBatch), $"must be 1 to {MostEvents}");
        OptionChecks.Wait(MaxDelay, nameof(MaxDelay));
        OptionChecks.Wait(ShutdownTimeout, nameof(ShutdownTimeout));
    }
}
