namespace Metering.Server.Engine;

/// <summary>A command of a list, whose caller waits for all of them together.</summary>
internal sealed class ListedCommand(string licenseId, RequestedCommand requested, CommandList list)
    : PendingCommand(licenseId, requested.Command, requested.Once)
{
    internal override void Answer() => list.Answered();

    internal override void AnswerBusy()
    {
        // It may have been applied in a batch that could not be made durable.
        Result = ApplyResult.Busy;
        list.Answered();
    }
}
