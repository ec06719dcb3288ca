using Metering.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>What the shards of an engine share.</summary>
internal sealed class EngineParts
{
    private long _lastLicenseKey;

    internal required string StoreFile { get; init; }

    internal required WriteOut WriteOut { get; init; }

    internal required JournalWriter Journal { get; init; }

    internal required IdentityFilter Filter { get; init; }

    internal required SharedTerms Terms { get; init; }

    internal required IMeterClock Clock { get; init; }

    internal required ILogger Logger { get; init; }

    internal required long LastLicenseKey
    {
        init => _lastLicenseKey = value;
    }

    /// <summary>What will stand for a new license in the store's tables.</summary>
    // Shards open licenses at the same time.
    internal long NewLicenseKey() => Interlocked.Increment(ref _lastLicenseKey);
}
