using System.Globalization;

namespace Metering;

/// <summary>What a verification came to, in the words that every host's operators read.</summary>
public static class Counted
{
    /// <summary>What no verification compares (<see cref="EvidenceReplay.Exempt"/>), for whoever reads that all agrees.</summary>
    public const string NotCompared =
        "Not compared, because they are not evidence: the tally of refusals, and when a rate lets the next unit pass.";

    /// <summary>Such as <c>1 license</c> or <c>2,000 licenses</c>.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="one">The word for one.</param>
    /// <param name="many">The word for any other number.</param>
    public static string Of(long count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    /// <summary>Such as <c>2,000 licenses</c>.</summary>
    public static string Licenses(long count) => Of(count, "license", "licenses");

    /// <summary>Such as <c>1 ledger entry</c>.</summary>
    public static string Entries(long count) => Of(count, "ledger entry", "ledger entries");

    /// <summary>Differences that were found, or that there are none, and in how much.</summary>
    /// <param name="differences">How many differences were found.</param>
    /// <param name="licenses">How many licenses were looked at.</param>
    /// <param name="entries">How many entries of theirs.</param>
    public static string Differences(long differences, long licenses, long entries)
    {
        var seen = $"{Licenses(licenses)}, {Entries(entries)}";
        return differences == 0 ? $"All agrees: {seen}." : $"{Of(differences, "difference", "differences")} in {seen}.";
    }
}
