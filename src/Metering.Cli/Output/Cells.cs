using System.Globalization;
using Metering.Client;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Metering.Cli.Output;

/// <summary>What stands in the cells of tables.</summary>
internal static class Cells
{
    private const int BarWidth = 20;

    public static string Number(decimal value) => value.ToString("#,0.#########", CultureInfo.InvariantCulture);

    public static string Number(decimal? value, string nothing = "-") => value is { } number ? Number(number) : nothing;

    public static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A number with its word: "1 row", "2 rows".</summary>
    public static string Count(long count, string one, string? many = null) => $"{Number(count)} {(count == 1 ? one : many ?? one + "s")}";

    public static string Percent(decimal? value) => value is { } percent ? percent.ToString("0", CultureInfo.InvariantCulture) + "%" : "-";

    /// <summary>A time in UTC, to the minute; a midnight as its day.</summary>
    public static string Time(DateTimeOffset? time) => time is { } at
        ? at.UtcDateTime.ToString(at.UtcDateTime.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
        : "-";

    public static string Second(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How much of an allowance is used: full where all of it is.</summary>
    public static IRenderable Bar(decimal? percent, UsageLevel level, int width = BarWidth)
    {
        if (percent is not { } used)
        {
            return new Text("unlimited".PadRight(width), new Style(decoration: Decoration.Dim));
        }

        var filled = (int)Math.Clamp(Math.Round(used / 100 * width, MidpointRounding.AwayFromZero), used > 0 ? 1 : 0, width);
        return new Paragraph()
            .Append(new string('█', filled), new Style(ColorOf(used, level)))
            .Append(new string('░', width - filled), new Style(decoration: Decoration.Dim));
    }

    /// <summary>A bar beside others of the same list.</summary>
    public static IRenderable Share(decimal value, decimal largest, int width = BarWidth)
    {
        var filled = largest <= 0 ? 0 : (int)Math.Clamp(value / largest * width, value > 0 ? 1 : 0, width);
        return new Text(new string('█', filled), new Style(Color.Blue));
    }

    public static IRenderable Level(UsageLevel level, decimal? percent = null) =>
        new Text(Name(level), new Style(ColorOf(percent ?? 0, level)));

    /// <summary>The level of use, or why there can be no use: "license expired", for instance.</summary>
    public static IRenderable Level(UsageAnswer usage, decimal? percent) => usage is { Allowed: false, Refusal: { } refusal }
        ? new Text(refusal.Code.Replace('_', ' '), new Style(Color.Red))
        : Level(usage.Level, percent);

    public static string Name(UsageLevel level) => level switch
    {
        UsageLevel.Normal => "normal",
        UsageLevel.Warning => "warning",
        UsageLevel.Critical => "critical",
        UsageLevel.OverUsage => "over usage",
        _ => "unknown",
    };

    private static Color ColorOf(decimal percent, UsageLevel level) => level switch
    {
        UsageLevel.OverUsage => Color.Red,
        UsageLevel.Critical => Color.Red,
        UsageLevel.Warning => Color.Yellow,
        _ when percent >= 100 => Color.Red,
        _ when percent >= 80 => Color.Yellow,
        _ => Color.Green,
    };
}
