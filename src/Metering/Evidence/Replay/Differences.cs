using System.Globalization;

namespace Metering;

/// <summary>What was found to differ, in words for an operator.</summary>
internal sealed class Differences(string licenseId)
{
    private readonly List<string> list = [];

    public IReadOnlyList<string> List => list;

    public void Add(string what)
    {
        if (list.Count <= EvidenceReplay.MaxDifferences)
        {
            var more = list.Count == EvidenceReplay.MaxDifferences;
            list.Add($"{licenseId}: {(more ? "there are more differences, which are not listed" : what)}");
        }
    }

    /// <summary>Compares one value.</summary>
    /// <param name="where">Of what it is; empty: of the license.</param>
    /// <param name="property">The property's name, as it is in the code.</param>
    /// <param name="actual">The value that is stored.</param>
    /// <param name="told">The value that the ledger tells.</param>
    public void Compare<T>(string where, string property, T actual, T told)
    {
        if (!EqualityComparer<T>.Default.Equals(actual, told))
        {
            Differ(where, property, Text(actual), Text(told));
        }
    }

    /// <summary>Compares the values of a list, of which only that they differ is told.</summary>
    public void CompareLists<T>(string where, string property, ReadOnlySpan<T> actual, ReadOnlySpan<T> told)
    {
        if (!actual.SequenceEqual(told))
        {
            Differ(where, property, string.Join(", ", actual.ToArray().Select(Text)), string.Join(", ", told.ToArray().Select(Text)));
        }
    }

    /// <summary>Tells that something is there of which the ledger knows nothing, or the other way round.</summary>
    public void Missing(string where, bool inLedger) =>
        Add(inLedger ? $"{where} follows from the ledger but is not there" : $"{where} is there but does not follow from the ledger");

    // The property by its stored name, which is what an operator sees in the state.
    private void Differ(string where, string property, string actual, string told) =>
        Add($"{(where.Length == 0 ? "" : where + ": ")}{EnumNames.OfMember(property)} is {actual}, by the ledger {told}");

    private static string Text<T>(T value) => value switch
    {
        null => "nothing",
        "" => "empty",
        decimal number => Amount.Format(number),
        bool yes => yes ? "true" : "false",
        DateTimeOffset time => Time(time),
        Charges charges => string.Join(", ", charges.Lines),
        Period period => $"{Time(period.Start)} to {(period.End is { } end ? Time(end) : "no end")}",
        _ => value.ToString() is { Length: > 0 } text ? text : "empty",
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", CultureInfo.InvariantCulture);
}
