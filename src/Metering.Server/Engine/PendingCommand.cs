namespace Metering.Server.Engine;

/// <summary>A command on its way: sent, applied, committed, answered. Who waits for it is its kind's.</summary>
internal abstract class PendingCommand : ShardRequest
{
    private protected PendingCommand(string licenseId, Command command, Once? once)
        : base(licenseId)
    {
        Command = command;
        Once = once;
        if (once?.Key is { } key)
        {
            KeyHash = IdentityKey.OfKey(key);
        }

        if (once?.EventId is { } eventId)
        {
            EventHash = IdentityKey.OfEvent(eventId);
        }
    }

    internal Command Command { get; }

    internal Once? Once { get; }

    /// <summary>Hash of the idempotency key, if there is one.</summary>
    internal UInt128 KeyHash { get; }

    /// <summary>Hash of the event id, if there is one.</summary>
    internal UInt128 EventHash { get; }

    /// <summary>The command as the domain's turn takes it.</summary>
    internal Submission Submission => new(LicenseId, Command, Once);

    /// <summary>What the caller will be told, once the batch is durable.</summary>
    internal ApplyResult? Result { get; set; }

    /// <summary>Answers with <see cref="Result"/>.</summary>
    internal abstract void Answer();

    /// <summary>Answers that nothing was counted, or that the same key will tell (503).</summary>
    internal abstract void AnswerBusy();
}
