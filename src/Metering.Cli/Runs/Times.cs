using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Metering.Cli.Runs;

/// <summary>Options that name a time: a day, a time, or how long ago.</summary>
internal static class Times
{
    private const string Form = "must be a day (2026-11-01), a time (2026-11-01T12:00:00Z), or how long ago (7d, 12h, 30m)";

    public static Option<DateTimeOffset?> Option(string name, string description) => new(name)
    {
        Description = description + " A day, a time, or how long ago (7d, 12h, 30m).",
        HelpName = "time",
        CustomParser = result => result.Tokens is [var token] ? Read(result, token.Value) : null,
    };

    private static DateTimeOffset? Read(ArgumentResult result, string text)
    {
        if (DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && Unit(text[^1]) is { } unit)
        {
            return DateTimeOffset.UtcNow - (count * unit);
        }

        result.AddError($"{result.Argument.Name} '{text}' {Form}.");
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
