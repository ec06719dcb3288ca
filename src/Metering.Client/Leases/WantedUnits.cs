namespace Metering.Client;

/// <summary>Units that were wanted together.</summary>
/// <param name="Most">The most that one wanted; 0: nobody wanted any.</param>
/// <param name="Least">The least.</param>
/// <param name="Waiting">Those who wait for the outcome; null: nobody does.</param>
internal sealed record WantedUnits(long Most, long Least, TaskCompletionSource<UsageAnswer?>? Waiting);
