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
                ShouldRetryAfterHeader = true,
                ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome)),
            });
        }

        pipeline.AddTimeout(attemptTimeout);
    }

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
