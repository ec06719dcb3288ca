namespace Metering.Server.Tests.Simulation;

/// <summary>A command as its caller knows it: sent once or more often under the same key, until there is an answer that says what it came
/// to.</summary>
internal sealed class SimulatedCall(SimulatedLicense license, Command command, Once? once)
{
    internal SimulatedLicense License { get; } = license;

    internal Command Command { get; } = command;

    internal Once? Once { get; } = once;

    /// <summary>Whether its last answer said what it came to. Busy and no answer at all leave it open.</summary>
    internal bool IsSettled { get; set; }

    /// <summary>The answers that said that it counted, now or before.</summary>
    internal List<(ApplyStatus Status, Answer Answer)> Counted { get; } = [];
}
