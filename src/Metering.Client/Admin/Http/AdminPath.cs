using System.Globalization;

namespace Metering.Client.Admin;

/// <summary>A path of the API with its query, each part escaped.</summary>
internal readonly record struct AdminPath(string Text)
{
    private const string Root = "api/v1";

    /// <summary>Segments below the root of the API.</summary>
    /// <exception cref="ArgumentException">One of them is empty, or can't be a part of a path.</exception>
    public static AdminPath Of(params ReadOnlySpan<string> segments)
    {
        var path = Root;
        foreach (var segment in segments)
        {
            path += "/" + PathSegment.Of(segment, nameof(segments));
        }

        return new AdminPath(path);
    }

    public AdminPath With(string name, string? value) => value is null
        ? this
        : new AdminPath($"{Text}{(Text.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}");

    public AdminPath With(string name, int? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public AdminPath With(string name, DateTimeOffset? value) =>
        With(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    public AdminPath With(string name, DateOnly? value) => With(name, value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}
