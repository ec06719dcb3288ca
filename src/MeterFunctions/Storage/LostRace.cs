using System.Security.Cryptography;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>What a writer does whose row was changed by another one between its reading and its writing.</summary>
internal static class LostRace
{
    /// <summary>How often a change is tried before it is given up.</summary>
    public const int Attempts = 12;

    private const int FirstDelayMilliseconds = 20;
    private const int MaxDelayMilliseconds = 1_000;

    /// <summary>Reads, decides and writes, until no other writer comes between.</summary>
    /// <param name="what">What is changed, for people.</param>
    /// <param name="attempt">Reads, decides and writes once; says whether it has won, and what the record is then.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">Every attempt lost.</exception>
    public static async ValueTask<T> RepeatAsync<T>(
        string what, Func<ValueTask<(bool Won, T Result)>> attempt, CancellationToken cancellationToken)
    {
        for (var lost = 0; lost < Attempts; lost++)
        {
            var (won, result) = await attempt().ConfigureAwait(false);
            if (won)
            {
                return result;
            }

            await StepBackAsync(lost, cancellationToken).ConfigureAwait(false);
        }

        throw new StoreUnavailableException($"{what} is changed by too many at once.");
    }

    /// <summary>Waits for a moment before the next attempt.</summary>
    /// <param name="lost">How many attempts were lost before the last one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    // Of random length: without it a writer that is a little slower than another one loses every time, and gives up although there are
    // only two. And longer each time, because those that lose again are many.
    public static Task StepBackAsync(int lost, CancellationToken cancellationToken)
    {
        var most = Math.Min(MaxDelayMilliseconds, FirstDelayMilliseconds << Math.Min(lost, Attempts));
        return Task.Delay(RandomNumberGenerator.GetInt32(most), cancellationToken);
    }
}
