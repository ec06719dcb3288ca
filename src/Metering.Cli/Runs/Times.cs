using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Metering.Cli.Runs;

/// <summary>Options that name a time: a day, a time, or how long ago.</summary>
internal static class Times
{
    private const string Form = "must be a day (2026-11-01), a time (2026-11-01T12:00:00Z), or";

    /// <summary>One that looks back.</summary>
    public static Option<DateTimeOffset?> Option(string name, string description) => Option(name, description, "how long ago", ahead: -1);

    /// <summary>One that looks ahead.</summary>
    public static Option<DateTimeOffset?> Ahead(string name, string description) => Option(name, description, "how long from now", ahead: 1);

    private static Option<DateTimeOffset?> Option(string name, string description, string distance, int ahead) => new(name)
    {
        Description = $"{description} A day, a time, or {distance} (7d, 12h, 30m).",
        HelpName = "time",
        CustomParser = result => result.Tokens is [var token] ? Read(result, token.Value, distance, ahead) : null,
    };

    private static DateTimeOffset? Read(ArgumentResult result, string text, string distance, int ahead)
    {
        if (DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && Unit(text[^1]) is { } unit)
        {
            return DateTimeOffset.UtcNow + (ahead * count * unit);
        }

        result.AddError($"{result.Argument.Name} '{text}' {Form} {distance} (7d, 12h, 30m).");
        return null;
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        _ => null,
    };
}
