using System.Globalization;

namespace Metering.Benchmarks;

/// <summary>Two figures compared, and how they should compare.</summary>
/// <param name="What">What is compared.</param>
/// <param name="Value">The first over the second; null when one was not measured.</param>
/// <param name="Least">What it should be at least.</param>
internal sealed record Ratio(string What, double? Value, double Least)
{
    public static string Section(IEnumerable<Ratio> ratios)
    {
        var table = new Table("ratio", "measured", "wanted", "");
        foreach (var ratio in ratios)
        {
            table.Add(
                ratio.What,
                ratio.Value is { } value ? value.ToString("F2", CultureInfo.InvariantCulture) : "not measured",
                "at least " + ratio.Least.ToString(CultureInfo.InvariantCulture),
                ratio.Value is null ? "" : ratio.Value >= ratio.Least ? "met" : "missed");
        }

        return table.ToString();
    }
}
