using Metering;

namespace MeterFunctions.Turns;

/// <summary>A command on its way to its license's state.</summary>
internal sealed record PendingCommand
{
    /// <summary>
    /// The submission: given where the command came in, and the same however often it is tried. By it a caller tells its own answer from a
    /// repeat's, and a command with neither a key nor an event id counts once.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>What is asked of the license.</summary>
    public required Command Command { get; init; }

    /// <summary>By what it is recognized when it comes again; null: by nothing but its submission.</summary>
    public Once? Once { get; init; }

    /// <summary>When it came in, in Unix milliseconds of the machine's clock. Its caller has long gone when that is long ago.</summary>
    public long CameAt { get; init; }

    /// <summary>A command that has just come in.</summary>
    public static PendingCommand New(Command command, Once? once) =>
        new()
        {
            Id = Guid.NewGuid().ToString("N"),
            Command = command,
            Once = once,
            CameAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };
}
