using System.Diagnostics;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>What one call of the <see cref="LicenseWriter"/> knows of the license as it goes on.</summary>
internal sealed class WriterRun(long arrivedAt, StoredLicense? known, MessagePlace? message)
{
    private long? _readAt = known?.ReadAt;

    public StoredLicense? License { get; private set; } = known;

    public IdentityMemory Memory { get; } = new();

    public int Losses { get; private set; }

    /// <summary>The message that brought the commands; null when no message did.</summary>
    public MessagePlace? Message { get; } = message;

    /// <summary>Whether some of its commands were refused by what was committed.</summary>
    public bool HasRefused { get; private set; }

    public ListAnnouncement? Announced { get; private set; }

    public bool MustRead => _readAt is null;

    public bool IsFresh => _readAt >= arrivedAt;

    public void Take(StoredLicense? license)
    {
        (License, _readAt) = (license, license?.ReadAt ?? Stopwatch.GetTimestamp());
        Memory.Renew();
    }

    public void ReadAgain() => _readAt = null;

    public void Committed(Attempt attempt, StoredLicense? after)
    {
        HasRefused |= attempt.HasRefused;
        (License, _readAt, Losses) = (after, after?.ReadAt, 0);
        Memory.Commit();
    }

    // No race was lost: the state comes first in a transaction, so it was still as it was read.
    public void Met() => Losses = 0;

    public void Answered(StoredLicense license) => License = license;

    public void Lost()
    {
        Losses++;
        ReadAgain();
    }

    public async ValueTask AnnounceAsync(ListNotes lists, LicenseState state, CancellationToken cancellationToken) =>
        Announced = await lists.AnnounceAsync(state.TenantId, state.LicenseId, Announced, cancellationToken).ConfigureAwait(false);

    public void Tally(Attempt attempt) => License =
        License is null ? null : License with { State = attempt.State!, ClosedDays = attempt.ClosedDays };
}
