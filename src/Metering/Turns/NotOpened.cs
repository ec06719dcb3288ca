namespace Metering;

/// <summary>The license was not opened: the command that was to open it is refused, and there is still no state.</summary>
/// <param name="Refusal">Why.</param>
public sealed record NotOpened(Refusal Refusal) : TurnResult
{
    /// <inheritdoc/>
    public override ApplyResult ToApplyResult() => new(ApplyStatus.Applied, Refusal);
}
