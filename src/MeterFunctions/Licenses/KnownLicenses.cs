using System.Collections.Concurrent;

namespace MeterFunctions.Licenses;

/// <summary>
/// The licenses as this instance last read or wrote them. Only a head start: a commit on one that another writer has changed is refused by
/// the storage, and nothing but a commit is ever decided on it alone.
/// </summary>
internal sealed class KnownLicenses
{
    // At a few KiB each. When there are more, the half that was used longer ago goes.
    private const int MaxCount = 20_000;

    private readonly Lock _turn = new();
    private ConcurrentDictionary<string, StoredLicense> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, StoredLicense> _old = new(StringComparer.Ordinal);

    /// <summary>The license as it was last seen here; null when it is not known.</summary>
    public StoredLicense? Find(string licenseId)
    {
        if (_young.TryGetValue(licenseId, out var known))
        {
            return known;
        }

        if (_old.TryGetValue(licenseId, out known))
        {
            Put(licenseId, known);
        }

        return known;
    }

    /// <summary>Keeps a license as it was just read or written; null: it has to be read.</summary>
    public void Put(string licenseId, StoredLicense? license)
    {
        if (license is null)
        {
            _young.TryRemove(licenseId, out _);
            _old.TryRemove(licenseId, out _);
            return;
        }

        _young[licenseId] = license;
        if (_young.Count > MaxCount / 2)
        {
            lock (_turn)
            {
                if (_young.Count > MaxCount / 2)
                {
                    _old = _young;
                    _young = new ConcurrentDictionary<string, StoredLicense>(StringComparer.Ordinal);
                }
            }
        }
    }
}
