using Metering;

namespace MeterFunctions.Evidence;

/// <summary>Where a verification goes on.</summary>
/// <param name="Directory">Where the check of the directory goes on; null when that is done.</param>
/// <param name="After">The last partition that was looked at after that; empty before the first.</param>
internal sealed record VerificationPlace(string? Directory, string After)
{
    private const string List = "verify";
    private const string OfDirectory = "d ";
    private const string OfLicenses = "l ";

    /// <summary>Before the first row of the directory, where a run without a cursor starts.</summary>
    public static VerificationPlace Beginning { get; } = new("", "");

    /// <summary>The place that a cursor names.</summary>
    /// <exception cref="FormatException">The cursor is not one that a verification gave.</exception>
    public static VerificationPlace Read(string cursor)
    {
        var place = PageCursor.Read(List, cursor);
        return place.StartsWith(OfDirectory, StringComparison.Ordinal) ? new VerificationPlace(place[OfDirectory.Length..], "")
            : place.StartsWith(OfLicenses, StringComparison.Ordinal) ? new VerificationPlace(null, place[OfLicenses.Length..])
            : throw new FormatException("The cursor is not one that a verification gave.");
    }

    /// <summary>The place as a cursor.</summary>
    public override string ToString() => PageCursor.After(List, Directory is null ? OfLicenses + After : OfDirectory + Directory);
}
