namespace Metering.Benchmarks;

/// <summary>A request that counts, sent again with the same ids until its answer comes.</summary>
/// <param name="License">The license of a consume; null: a batch of events.</param>
/// <param name="Uses">What it counts: one for a consume, else one for each event.</param>
internal sealed record SentRequest(LoadedLicense? License, SentUse[] Uses)
{
    /// <summary>Whether an answer to it was lost, so that it may have counted already.</summary>
    public bool WasLost { get; init; }

    /// <summary>Whether it was answered before and is sent again all the same.</summary>
    public bool IsRepeat { get; init; }
}
