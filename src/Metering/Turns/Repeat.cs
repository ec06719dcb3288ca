namespace Metering;

/// <summary>The command was counted before; nothing counts again.</summary>
/// <param name="Answer">The first answer.</param>
public sealed record Repeat(Answer Answer) : TurnResult
{
    /// <inheritdoc/>
    public override ApplyResult ToApplyResult() => new(ApplyStatus.Replayed, Answer);
}
