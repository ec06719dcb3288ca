namespace MeterFunctions.Entities;

/// <summary>
/// When the committed answers are read: after the entity has run here and the host has had the time that it lately took to commit;
/// else with back-off. A read costs a storage transaction, and finds nothing before the commit.
/// </summary>
internal sealed class AnswerPace
{
    private const double ShortestMilliseconds = 5;
    private const double MaxMilliseconds = 400;

    // A read that comes too late is never seen to be late: so the wait shrinks a little with each answer that is found at once, and
    // grows more with each read that came too early. About one read in four comes too early.
    private const double Shrink = 0.97;
    private const double Grow = 1.1;

    // When many wait in this instance, the host is busy and every answer takes longer.
    private const int FewWaiting = 4;
    private const int MaxStretch = 10;

    private static readonly int[] Untold = [25, 15, 15, 25, 40, 60, 90, 130, 200];

    private double _commit = 10;
    private int _waiting;

    /// <summary>One begins to wait.</summary>
    public void Begin() => Interlocked.Increment(ref _waiting);

    /// <summary>One has ended its wait.</summary>
    public void End() => Interlocked.Decrement(ref _waiting);

    /// <summary>Waits until the next read.</summary>
    /// <param name="read">How many reads there were.</param>
    /// <param name="told">Done when the entity has run in this instance.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(int read, Task told, CancellationToken cancellationToken)
    {
        if (!told.IsCompleted)
        {
            var crowd = Math.Clamp(Volatile.Read(ref _waiting) / FewWaiting, 1, MaxStretch);
            var before = Task.Delay(Untold[Math.Min(read, Untold.Length - 1)] * crowd, cancellationToken);
            if (await Task.WhenAny(told, before).ConfigureAwait(false) == before)
            {
                await before.ConfigureAwait(false);
                return;
            }

            // A read before the commit is wasted and slows the host. Before this wait was made to fit, an answer took 3.4 reads under load;
            // now it takes 1.4 (docs/benchmarks.md).
            await Task.Delay(TimeSpan.FromMilliseconds(Volatile.Read(ref _commit)), cancellationToken).ConfigureAwait(false);
            return;
        }

        // It takes longer than lately: half as long again with each read.
        var next = Volatile.Read(ref _commit) / 2 * Math.Pow(1.5, read);
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(next, ShortestMilliseconds, MaxMilliseconds)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Learns from a read after the entity had run here: whether the answers were there.</summary>
    public void Learn(bool found)
    {
        // Writers that meet here lose at most a lesson.
        var next = Volatile.Read(ref _commit) * (found ? Shrink : Grow);
        Volatile.Write(ref _commit, Math.Clamp(next, ShortestMilliseconds, MaxMilliseconds / 2));
    }
}
