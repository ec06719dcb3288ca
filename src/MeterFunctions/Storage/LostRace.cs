using System.Security.Cryptography;

namespace MeterFunctions.Storage;

/// <summary>What a writer does whose row was changed by another one between its reading and its writing.</summary>
internal static class LostRace
{
    private const int MaxDelayMilliseconds = 100;

    /// <summary>
    /// Waits for a moment of random length before the next attempt. Without it a writer that is a little slower than another one loses
    /// every time, and gives up although there are only two.
    /// </summary>
    public static Task StepBackAsync(CancellationToken cancellationToken) =>
        Task.Delay(RandomNumberGenerator.GetInt32(MaxDelayMilliseconds), cancellationToken);
}
