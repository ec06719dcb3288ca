namespace Metering.Api;

/// <summary>What was read of one event: the event, or why it is none.</summary>
public sealed record ReadEvent
{
    /// <summary>Its place in the request or batch, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The event; null when it can't be read.</summary>
    public UsageEvent? Event { get; init; }

    /// <summary>Why it can't be read; null when it can.</summary>
    public Problem? Problem { get; init; }

    /// <summary>Whether the event came without an id, and one was made for it.</summary>
    public bool MadeId { get; init; }

    /// <summary>What is wrong with it, in a line.</summary>
    internal string WhatIsWrong => Problem is null ? "" : Problem.Errors.IsEmpty
        ? Problem.Detail
        : string.Join("; ", Problem.Errors.Select(error => $"{(error.Pointer.Length == 0 ? "the event" : error.Pointer)} {error.Detail}"));

    /// <summary>The event as it came, for the dead-letter list; null when it could be read.</summary>
    public string? Raw { get; init; }
}
