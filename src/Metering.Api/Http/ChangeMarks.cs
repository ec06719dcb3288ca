using System.Globalization;

namespace Metering.Api;

/// <summary>
/// By what the last changes of something are recognized when they come again with their <c>Idempotency-Key</c> (rule 8). The marks are kept
/// with what they changed, in the same step as the change, so a repeat is known even where a crash came before the answer was remembered.
/// </summary>
internal static class ChangeMarks
{
    /// <summary>How many are kept: one less than this of other changes may come between a change and its repeat.</summary>
    public const int MaxKept = 8;

    private const char Separator = ' ';
    private const char BeforeTime = '@';

    /// <summary>Whether a change is among the last ones.</summary>
    /// <param name="marks">The marks of the last changes; null: there are none.</param>
    /// <param name="mark">The change's mark, without spaces.</param>
    /// <param name="since">When the memory of keys begins: a change before is forgotten.</param>
    public static bool Has(string? marks, string mark, DateTimeOffset since) => (marks?.Split(Separator) ?? []).Any(one =>
        one.LastIndexOf(BeforeTime) is var end && end == mark.Length && one.StartsWith(mark, StringComparison.Ordinal)
        && long.TryParse(one.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at > since.ToUnixTimeMilliseconds());

    /// <summary>The marks after a change, the newest first.</summary>
    /// <param name="marks">The marks before it; null: there are none.</param>
    /// <param name="mark">The change's mark, without spaces.</param>
    /// <param name="now">When it came.</param>
    public static string With(string? marks, string mark, DateTimeOffset now) => string.Join(
        Separator,
        (marks?.Split(Separator) ?? [])
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"{mark}{BeforeTime}{now.ToUnixTimeMilliseconds()}")).Take(MaxKept));
}
