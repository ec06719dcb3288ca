namespace MeterFunctions.Entities;

/// <summary>When the committed answers are read: soon after the entity has run, else with back-off.</summary>
internal static class AnswerPace
{
    // A read costs a storage transaction and finds nothing before the entity's commit.
    private static readonly int[] Milliseconds = [25, 15, 15, 25, 40, 60, 90, 130, 200];

    // What the host needs to commit what has run.
    private static readonly int[] AfterTold = [8, 6, 8, 12, 20, 40, 80, 130, 200];

    /// <summary>Waits until the next read.</summary>
    /// <param name="read">How many reads there were.</param>
    /// <param name="told">Done when the entity has run in this instance.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task WaitAsync(int read, Task told, CancellationToken cancellationToken)
    {
        if (!told.IsCompleted)
        {
            var before = Task.Delay(Milliseconds[Math.Min(read, Milliseconds.Length - 1)], cancellationToken);
            if (await Task.WhenAny(told, before).ConfigureAwait(false) == before)
            {
                await before.ConfigureAwait(false);
                return;
            }
        }

        await Task.Delay(AfterTold[Math.Min(read, AfterTold.Length - 1)], cancellationToken).ConfigureAwait(false);
    }
}
