using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// <c>RateLimit</c> and <c>RateLimit-Policy</c> (draft-ietf-httpapi-ratelimit-headers): what may still be used in the period, beyond the
/// allowance too where the policies let it, and the tier's rate where it limits one. Where they let any amount through, there is no quota
/// to speak of, as without a limit. The form takes whole numbers only, so units are rounded down and seconds up.
/// </summary>
internal static class RateLimitHeaders
{
    // Structured fields hold integers of up to 15 digits.
    private const decimal Largest = 999_999_999_999_999m;

    public static void Write(HttpResponse response, UsageAnswer answer, DateTimeOffset now)
    {
        var room = answer.Endless ? null : answer.Room ?? answer.Remaining;
        if (answer.Kind == FeatureKind.Boolean || (room is null && answer.Rate is null))
        {
            return;
        }

        string? policy = null;
        string? state = null;
        if (room is { } units)
        {
            // With room beyond the allowance the quota is all that may be used in the period, so that r never is more than q.
            var quota = Whole(answer.Room is null ? answer.Allowance ?? 0 : answer.Used + answer.Held + units);
            var left = Whole(units);
            policy = answer.Period is { End: { } end } period
                ? string.Create(CultureInfo.InvariantCulture, $"\"quota\";q={quota};w={Seconds(end - period.Start)}")
                : string.Create(CultureInfo.InvariantCulture, $"\"quota\";q={quota}");
            state = answer.ResetsAt is { } resetsAt
                ? string.Create(CultureInfo.InvariantCulture, $"\"quota\";r={left};t={Seconds(resetsAt - now)}")
                : string.Create(CultureInfo.InvariantCulture, $"\"quota\";r={left}");
        }

        if (answer.Rate is { } rate)
        {
            policy = Join(policy, string.Create(CultureInfo.InvariantCulture, $"\"rate\";q={Whole(rate.Burst)};w={rate.WindowSeconds}"));
            state = Join(state, string.Create(CultureInfo.InvariantCulture, $"\"rate\";r={Whole(rate.Remaining)};t={rate.ResetSeconds}"));
        }

        response.Headers["RateLimit-Policy"] = policy;
        response.Headers["RateLimit"] = state;
    }

    private static string Join(string? first, string second) => first is null ? second : $"{first}, {second}";

    private static long Whole(decimal value) => (long)Math.Clamp(decimal.Floor(value), 0, Largest);

    private static long Seconds(TimeSpan span) =>
        // Rounded up, so that nobody comes back a moment too early.
        span <= TimeSpan.Zero ? 0 : (span.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
}
