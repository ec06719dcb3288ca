using System.Globalization;

namespace Metering.Client.Admin;

/// <summary>A path of the API with its query, each part escaped.</summary>
internal readonly record struct AdminPath(string Text)
{
    private const string Root = "api/v1";

    /// <summary>Segments below the root of the API. What callers give is escaped, so that an id can't reach another path.</summary>
    public static AdminPath Of(params ReadOnlySpan<string> segments)
    {
        var path = Root;
        foreach (var segment in segments)
        {
            ArgumentException.ThrowIfNullOrEmpty(segment, nameof(segments));
            // A segment of dots would be resolved away before it is sent, escaped or not.
            if (segment is "." or "..")
            {
                throw new ArgumentException($"'{segment}' can't be the name of anything.", nameof(segments));
            }

            path += "/" + Uri.EscapeDataString(segment);
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
