namespace Metering.Server.Tests.Simulation;

/// <summary>Sizes that are small enough for every limit to be reached in a short run.</summary>
internal static class AnyOptions
{
    internal static ServerOptions For(Random random, string directory)
    {
        var memory = random.Next(1, 3);
        var writeOut = random.Next(1, 25);
        return new ServerOptions
        {
            Data = directory,
            Shards = random.Next(1, 4),
            MaxShardBatch = random.Next(3) == 0 ? 64 : random.Next(1, 6),
            MaxShardQueue = random.Next(8, 40),
            WriteOutEntries = writeOut,
            MaxPendingEntries = writeOut + random.Next(1, 60),
            MaxCachedLicenses = random.Next(1, 12),
            MaxOutboxSignals = random.Next(2) == 0 ? 5 : 1_000,
            MaxRecentRows = random.Next(3) == 0 ? 1_000 : random.Next(0, 20),
            RetentionRows = random.Next(3) == 0 ? 2_000 : random.Next(1, 8),
            IdempotencyDays = memory,
            LedgerRetentionDays = memory + random.Next(1, 3),
            CacheMebibytes = 1,
            MaxFilterMebibytes = 1,
            MinFilterKibibytes = 16,
            LockWait = TimeSpan.Zero,
        };
    }
}
