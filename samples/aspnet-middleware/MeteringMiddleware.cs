using System.Globalization;
using System.Net.Http.Headers;
using Metering.Client;

namespace Samples.AspNetMiddleware;

/// <summary>
/// Counts each call before it is answered, and tells the caller what is left, in the fields of the draft "RateLimit header fields for HTTP".
/// </summary>
internal sealed class MeteringMiddleware(RequestDelegate next, MeteringClients meters, string feature)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var credential)
            || credential is not { Scheme: "License", Parameter: { Length: > 0 } key })
        {
            http.Response.Headers.WWWAuthenticate = "License";
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, "Send the key of your license.");
            return;
        }

        try
        {
            // The client makes a key for this call. One that the caller sends must not be passed on: each call is answered anew, so
            // whoever sent the same key with all of them would pay for the first one only.
            var answer = await meters.Of(key).ConsumeAsync(feature, cancellationToken: http.RequestAborted);
            Tell(http.Response.Headers, answer);
            if (answer.Refusal is { } refusal)
            {
                await RefuseAsync(http, StatusCodes.Status429TooManyRequests, refusal.Detail);
                return;
            }
        }
        catch (MeteringProblemException problem)
        {
            await RefuseAsync(http, problem.Status, problem.Message);
            return;
        }
        catch (MeteringUnavailableException)
        {
            // Whether to let calls through while the meter can't be reached is your decision. This API does: its calls are cheap.
        }

        await next(http);
    }

    private static Task RefuseAsync(HttpContext http, int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status).ExecuteAsync(http);

    private static void Tell(IHeaderDictionary headers, UsageAnswer answer)
    {
        if (answer is { Allowance: { } allowance, Remaining: { } remaining })
        {
            headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"quota\";q={allowance:0}");
            headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"quota\";r={remaining:0}")
                + (answer.ResetsAt is { } resets ? ";t=" + Seconds(resets - DateTimeOffset.UtcNow) : "");
        }

        if (answer.Refusal?.RetryAfter is { } after)
        {
            headers.RetryAfter = Seconds(after);
        }
    }

    private static string Seconds(TimeSpan time) => Math.Max(0, (long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
