namespace MeterFunctions.Retention;

/// <summary>How many requests to the storage a run may still make. It ends after the one that spends the last.</summary>
/// <param name="most">The most.</param>
internal sealed class RequestBudget(int most)
{
    private int _left = most;

    /// <summary>Whether the run has to stop, and to be gone on with later.</summary>
    public bool IsSpent => _left <= 0;

    /// <summary>Counts a request that is made.</summary>
    public void Spend() => _left--;
}
