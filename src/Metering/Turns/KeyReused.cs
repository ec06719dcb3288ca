namespace Metering;

/// <summary>The command's idempotency key came before with another body (422).</summary>
public sealed record KeyReused : TurnResult
{
    internal static readonly KeyReused Instance = new();

    private KeyReused()
    {
    }

    /// <inheritdoc/>
    public override ApplyResult ToApplyResult() => ApplyResult.KeyReused;
}
