using System.Collections.Immutable;

namespace Metering;

/// <summary>The latest readings of a meter: the one without a key, and one of each key.</summary>
internal static class Readings
{
    /// <summary>The latest reading of each key.</summary>
    public static ImmutableDictionary<string, Reading> Of(MeterState meter) => meter.Readings ?? ImmutableDictionary<string, Reading>.Empty;

    /// <summary>The last reading of a key, or of the source without one; null when there is none.</summary>
    public static Reading? Last(MeterState meter, string? key) => key is null ? meter.LastReading : meter.Readings?.GetValueOrDefault(key);

    /// <summary>
    /// Under which recorded readings of keys are kept for which a license has no room. Each meter has room for it.
    /// </summary>
    public const string OtherKeys = "(other)";

    /// <summary>
    /// Whether a key's reading may be kept: keys and names are the caller's, and would otherwise let the state grow without end.
    /// </summary>
    public static bool HasRoomFor(Change change, ref MeterState meter, string? key, Reading reading)
    {
        var last = Last(meter, key);
        if (key is null or OtherKeys || (last is not null && last.Name == reading.Name))
        {
            return true;
        }

        // Worked out once, and carried on from there.
        meter = meter.KeyRoom is null ? meter with { KeyRoom = RoomOf(meter) } : meter;
        if (last is null && CountOf(change.State.With(meter)) >= MeterLimits.Keys)
        {
            return false;
        }

        var more = LicenseRoom.Of(key, reading.Name) - (last is null ? 0 : LicenseRoom.Of(key, last.Name));

        // With the meter as it is by now: keys may just have been removed from it to make room.
        return more <= 0 || LicenseRoom.Has(change.State.With(meter), more);
    }

    private static int CountOf(LicenseState state) => state.Meters.Sum(meter => meter.Readings?.Count ?? 0);

    /// <summary>The meter with a reading in place of its key's last.</summary>
    public static MeterState Keep(MeterState meter, string? key, Reading reading)
    {
        if (key is null)
        {
            return meter with { LastReading = reading };
        }

        var room = meter.KeyRoom;
        if (room is not null && (Last(meter, key) is not { } last || last.Name != reading.Name))
        {
            room += LicenseRoom.Of(key, reading.Name) - (Last(meter, key) is { } known ? LicenseRoom.Of(key, known.Name) : 0);
        }

        // In this order: readings that are set forget the room.
        return meter with { Readings = Of(meter).SetItem(key, reading), KeyRoom = room };
    }

    /// <summary>How much room the keys take (<see cref="LicenseRoom"/>).</summary>
    public static int RoomOf(MeterState meter)
    {
        if (meter.KeyRoom is { } known)
        {
            return known;
        }

        var room = 0;
        foreach (var (key, reading) in Of(meter))
        {
            room += LicenseRoom.Of(key, reading.Name);
        }

        return room;
    }
}
