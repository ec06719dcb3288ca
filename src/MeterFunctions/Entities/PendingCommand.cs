using Metering;

namespace MeterFunctions.Entities;

/// <summary>A command on its way to its license's single writer.</summary>
internal sealed record PendingCommand
{
    /// <summary>By what its answer is found.</summary>
    public required string Id { get; init; }

    /// <summary>What the license is to do.</summary>
    public required Command Command { get; init; }

    /// <summary>The customer by whom an event found its license; null where it named the license.</summary>
    public string? TenantId { get; init; }

    /// <summary>By what it is recognized when it comes again.</summary>
    public Once? Once { get; init; }

    /// <summary>Whether somebody waits for the answer. Where nobody does, what is refused becomes a dead letter.</summary>
    public bool Awaited { get; init; }

    /// <summary>When it was sent, in Unix milliseconds; the same when it is sent again.</summary>
    public long SentAt { get; init; }

    /// <summary>The partition of the hub that it came from.</summary>
    public string? Partition { get; init; }

    /// <summary>Its number in that partition.</summary>
    public long PartitionSequence { get; init; }
}
