using System.Globalization;

namespace Metering.Api;

/// <summary>
/// A place in the live tail of each instance that has answered: requests go to one instance or another, and each goes on where it was.
/// </summary>
internal sealed class RecentCursor
{
    // Of an app with more instances, the ones that answered longest ago lose their place.
    private const int MaxInstances = 8;

    private const string List = "recent events";
    private const char Between = ',';
    private const char Is = ':';

    private readonly List<(string Instance, long Last)> _places;

    private RecentCursor(List<(string Instance, long Last)> places) => _places = places;

    /// <summary>Of a look that is the first.</summary>
    public static RecentCursor Begin() => new([]);

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is not one that this list gave.</exception>
    public static RecentCursor Read(string text)
    {
        var places = new List<(string Instance, long Last)>();
        foreach (var place in PageCursor.Read(List, text).Split(Between))
        {
            if (place.Split(Is) is not [var instance, var number]
                || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                || places.Count == MaxInstances)
            {
                throw new FormatException($"The cursor is not one that the list {List} gave.");
            }

            places.Add((instance, last));
        }

        return new RecentCursor(places);
    }

    /// <summary>The place in an instance; null where it has none.</summary>
    public long? In(string instance) => _places.FirstOrDefault(place => place.Instance == instance) is { Instance: not null } found
        ? found.Last
        : null;

    /// <summary>The cursor for the next request, with a new place in the instance that answers this one.</summary>
    public string After(string instance, long last)
    {
        var places = _places.Where(place => place.Instance != instance).Prepend((instance, last)).Take(MaxInstances);
        return PageCursor.After(List, string.Join(
            Between, places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.Item1}{Is}{place.Item2}"))));
    }
}
