using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Metering.Client;

/// <summary>
/// When a request is sent again. Every request of this client may be: reads change nothing, PUT and DELETE say what is to be, and the
/// rest carries a key or event ids, which count once.
/// </summary>
internal static class Resilience
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    // What an answer asks for beyond this is more likely a mistake of a proxy's settings than a reason to stay away for so long.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait after a failure, where what is to be done is not given up.</summary>
    /// <param name="failure">What happened. It may ask for a longer wait, as far as five minutes.</param>
    /// <param name="own">The wait without that.</param>
    public static TimeSpan Pause(Exception failure, TimeSpan own)
    {
        var asked = (failure as MeteringUnavailableException)?.RetryAfter ?? TimeSpan.Zero;
        return asked <= own ? own : asked < LongestAsked ? asked : LongestAsked;
    }

    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, TimeSpan attemptTimeout, int maxRetries)
    {
        if (maxRetries > 0)
        {
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = maxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = LongestDelay,
                // The library's own reading of Retry-After knows no limit, and whoever called waits for as long.
                ShouldRetryAfterHeader = false,
                DelayGenerator = static arguments => ValueTask.FromResult(Asked(arguments.Outcome)),
                ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome)),
            });
        }

        pipeline.AddTimeout(attemptTimeout);
    }

    private static TimeSpan? Asked(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result is { } answer && ProblemDocument.RetryAfter(answer) is { } asked && asked >= TimeSpan.Zero
            ? asked < LongestDelay ? asked : LongestDelay
            : null;

    // 429 is not among them: it is the meter's answer to a use that was too fast, and what to do then is the caller's decision.
    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        // More than is read into memory: it would be no less the next time.
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } } => false,
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError } => true,
        _ => false,
    };
}
