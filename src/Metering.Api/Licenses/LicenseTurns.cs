namespace Metering.Api;

/// <summary>
/// Lets changes of one directory record come one after the other, so that a new key is not lost to a change of metadata that had
/// read the record before. Licenses share a few turns; that costs a wait now and then, and no memory.
/// </summary>
internal sealed class LicenseTurns : IDisposable
{
    private const int Count = 64;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the turn of a license; disposing gives it on.</summary>
    public async ValueTask<IDisposable> TakeAsync(string licenseId, CancellationToken cancellationToken)
    {
        var turn = _turns[(uint)string.GetHashCode(licenseId, StringComparison.Ordinal) % Count];
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turn);
    }

    public void Dispose()
    {
        foreach (var turn in _turns)
        {
            turn.Dispose();
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
