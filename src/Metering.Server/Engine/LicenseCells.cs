using System.Collections.Concurrent;

namespace Metering.Server.Engine;

/// <summary>
/// The licenses of a shard that are in memory. When there are too many, those go that were not used since the last sweep and that
/// the store has (the clock algorithm: close to least recently used, and a use costs one flag).
/// </summary>
/// <param name="most">How many stay.</param>
internal sealed class LicenseCells(int most)
{
    // Only the shard writes; other threads find in it what is committed without asking the shard.
    private readonly ConcurrentDictionary<string, LicenseCell> _cells = new(StringComparer.Ordinal);
    private readonly Queue<LicenseCell> _clock = new();

    internal int Count => _clock.Count;

    /// <summary>A license, if it is in memory; any thread may ask.</summary>
    internal LicenseCell? Find(string licenseId) => _cells.GetValueOrDefault(licenseId);

    /// <summary>Puts a license in. Only the shard does.</summary>
    internal void Add(LicenseCell cell)
    {
        _cells[cell.Id] = cell;
        _clock.Enqueue(cell);
    }

    /// <summary>Lets licenses go until no more than allowed are left, or all others are in use. Only the shard does.</summary>
    internal void MakeRoom()
    {
        // Twice around at most: the first round clears the flags.
        for (var tries = 2 * _clock.Count; _clock.Count > most && tries > 0; tries--)
        {
            var cell = _clock.Dequeue();

            // One whose opening could not be committed is no license: nothing is lost with it.
            if (cell.IsClean && (!cell.Used || cell.Committed is null))
            {
                _cells.TryRemove(cell.Id, out _);
            }
            else
            {
                cell.Used = false;
                _clock.Enqueue(cell);
            }
        }
    }
}
