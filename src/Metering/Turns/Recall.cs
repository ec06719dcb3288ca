namespace Metering;

/// <summary>
/// Ask whether what comes with it (<see cref="Once"/>) was counted before. If it was, it is told as any repeat; if not, this is refused,
/// and counts and remembers nothing.
/// </summary>
public sealed record Recall : Command;
