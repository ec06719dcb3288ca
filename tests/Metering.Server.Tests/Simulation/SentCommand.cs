using Metering.Server.Engine;

namespace Metering.Server.Tests.Simulation;

/// <summary>A command under way, of which the simulation looks whether it was answered.</summary>
/// <param name="call">What was asked.</param>
/// <param name="shownBefore">What had been shown of the license when it was asked.</param>
internal sealed class SentCommand(SimulatedCall call, long shownBefore) : PendingCommand(call.License.Id, call.Command, call.Once)
{
    internal SimulatedCall Call { get; } = call;

    internal long ShownBefore { get; } = shownBefore;

    internal bool IsAnswered { get; private set; }

    internal override void Answer() => IsAnswered = true;

    internal override void AnswerBusy()
    {
        Result = ApplyResult.Busy;
        IsAnswered = true;
    }
}
