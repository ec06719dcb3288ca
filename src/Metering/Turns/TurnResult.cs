namespace Metering;

/// <summary>
/// What a turn came to: <see cref="Repeat"/>, <see cref="KeyReused"/>, <see cref="NoLicense"/>, <see cref="NotOpened"/>, or, when the
/// command was decided now, its <see cref="Outcome"/>. There are no others.
/// </summary>
public abstract record TurnResult
{
    private protected TurnResult()
    {
    }

    /// <summary>What the caller is told: of an <see cref="Outcome"/> as soon as it is durable, of the others at once.</summary>
    public abstract ApplyResult ToApplyResult();
}
