using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What was removed stays removed (rule 10): a reading from before the removal of its key, or from before a reset, changes nothing,
/// whenever it arrives.
/// </summary>
internal static class Removals
{
    private const string Removed = "older than the removal of its key";
    private const string Reset = "older than the reset";

    /// <summary>Why a use changes nothing any more, for the evidence; null when it counts.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="key">The key of the reading; null: none.</param>
    /// <param name="at">When it was read.</param>
    public static string? Reason(MeterState meter, string? key, DateTimeOffset at)
    {
        if (meter.Past is not { } past)
        {
            return null;
        }

        // A counter has no such time: its late use counts in the part of the period before the reset.
        if (at < past.ResetAt)
        {
            return Reset;
        }

        // A key with a reading is there, whatever was removed before it came.
        var gone = key is not null && meter.Readings?.ContainsKey(key) != true
            && (at < past.RemovedThrough || (past.Removed is { } removed && removed.TryGetValue(key, out var then) && at < then));
        return gone ? Removed : null;
    }

    /// <summary>Removes a key and its reading.</summary>
    public static MeterState Remove(MeterState meter, Change change, string key, DateTimeOffset at) =>
        Remove(meter, change, [new(key, at)]);

    /// <summary>Removes keys and their readings, and remembers until when nothing brings them back.</summary>
    public static MeterState Remove(MeterState meter, Change change, IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> keys)
    {
        var past = MeterPast.Of(meter);
        var removed = (past.Removed ?? ImmutableDictionary<string, DateTimeOffset>.Empty).SetItems(keys);
        var over = removed.Count - MeterLimits.RemovedKeys;
        var through = past.RemovedThrough;

        // By time and then by key: texts' hashes differ from process to process, and each must forget the same keys.
        foreach (var (key, at) in removed.OrderBy(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal))
        {
            // Kept while late use may arrive, and not more than the limit. Whatever goes moves the mark, so that nothing it removed comes
            // back.
            if (over-- <= 0 && at + change.Rules.LateWindow > change.Now)
            {
                break;
            }

            removed = removed.Remove(key);
            through = through > at ? through : at;
        }

        return meter with
        {
            Readings = meter.Readings?.RemoveRange(keys.Select(one => one.Key)),
            Past = past with { Removed = removed.IsEmpty ? null : removed, RemovedThrough = through },
        };
    }

    /// <summary>Lets a key come back that was removed.</summary>
    public static MeterState Return(MeterState meter, string key) =>
        meter.Past?.Removed is { } removed && removed.ContainsKey(key)
            ? meter with { Past = meter.Past with { Removed = removed.Count == 1 ? null : removed.Remove(key) } }
            : meter;

    /// <summary>Lets nothing from before an operator's reset come back.</summary>
    public static MeterState Forget(MeterState meter, DateTimeOffset now) =>
        // The reset is later than every removal, so it alone says what is too old.
        meter with { Past = MeterPast.Of(meter) with { ResetAt = now, Removed = null, RemovedThrough = null } };
}
