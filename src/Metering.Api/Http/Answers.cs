using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The one place where what a command came to becomes an HTTP answer.</summary>
internal static class Answers
{
    private const int BusyRetrySeconds = 1;
    private const string AmountPointer = "/amount";

    /// <summary>The same key came with another request.</summary>
    public static readonly Problem KeyReused = new(
        ProblemCode.IdempotencyKeyReused, "The same Idempotency-Key was used for a request that asked for something else.");

    /// <summary>The host could not take the request now.</summary>
    public static readonly Problem Busy = new(
        ProblemCode.Busy, "The service is busy. Nothing was counted, or the same Idempotency-Key tells whether it was.")
    {
        RetryAfterSeconds = BusyRetrySeconds,
    };

    /// <summary>A fault of ours, which was logged.</summary>
    public static readonly Problem Failed = new(ProblemCode.InternalError, "The service failed. The fault was logged.");

    /// <summary>The answer of a command that was applied, now or before.</summary>
    /// <param name="call">The request.</param>
    /// <param name="licenseId">The license.</param>
    /// <param name="result">What the host said.</param>
    /// <param name="amountPointer">Where the body has the command's amount.</param>
    /// <exception cref="ProblemException">It was not applied, or was refused.</exception>
    public static T Expect<T>(ApiCall call, string licenseId, ApplyResult result, string amountPointer = AmountPointer)
        where T : Answer
    {
        var answer = Applied(call, licenseId, result);
        return answer switch
        {
            Refusal refusal => throw new ProblemException(
                // The domain calls it amount; the caller looks for the name that the body has.
                ToProblem(refusal.Pointer == AmountPointer ? refusal with { Pointer = amountPointer } : refusal)),
            T expected => expected,
            // No caller can bring this about: a command and its answer do not fit, which is a fault of ours.
            _ => throw new InvalidOperationException($"{call.Route.Name} was answered with a {answer.GetType().Name}."),
        };
    }

    /// <summary>Sends the usage answer of a command, or its refusal, with the RateLimit headers.</summary>
    public static Task SendUsageAsync(ApiCall call, string licenseId, ApplyResult result, DateTimeOffset now)
    {
        var answer = Applied(call, licenseId, result);
        return answer switch
        {
            UsageAnswer usage => SendUsageAsync(call, usage, now),
            Refusal refusal => RefuseAsync(call, refusal, now),
            _ => throw new InvalidOperationException($"{call.Route.Name} was answered with a {answer.GetType().Name}."),
        };
    }

    /// <summary>Sends a usage answer, with the RateLimit headers.</summary>
    public static Task SendUsageAsync(ApiCall call, UsageAnswer usage, DateTimeOffset now)
    {
        RateLimitHeaders.Write(call.Http.Response, usage, now);
        var reply = JsonReply.Begin();
        UsageJson.Write(reply.Json, usage);
        return reply.SendAsync(call.Http, StatusCodes.Status200OK);
    }

    /// <summary>Sends a refusal, with the RateLimit headers where a feature is concerned.</summary>
    public static Task RefuseAsync(ApiCall call, Refusal refusal, DateTimeOffset now)
    {
        if (refusal.Usage is not null)
        {
            RateLimitHeaders.Write(call.Http.Response, refusal.Usage, now);
        }

        return ProblemReply.SendAsync(call.Http, ToProblem(refusal), call.Route.JsonApi);
    }

    /// <summary>A refusal as a problem document.</summary>
    public static Problem ToProblem(Refusal refusal) => new(refusal.Code, refusal.Detail)
    {
        Errors = refusal.Pointer is null ? [] : [new FieldError(refusal.Pointer, refusal.Detail)],
        Usage = refusal.Usage,
        RetryAfterSeconds = refusal.RetryAfterSeconds,
    };

    private static Answer Applied(ApiCall call, string licenseId, ApplyResult result)
    {
        switch (result.Status)
        {
            case ApplyStatus.Applied:
                break;
            case ApplyStatus.Replayed:
                MarkReplayed(call);
                break;
            case ApplyStatus.LicenseNotFound:
                throw new ProblemException(Problem.NoLicense(licenseId));
            case ApplyStatus.KeyReused:
                throw new ProblemException(KeyReused);
            case ApplyStatus.Failed:
                throw new ProblemException(Failed);
            default:
                // Also of a status that is new: busy claims the least, and sends the caller back with the same key.
                throw new ProblemException(Busy);
        }

        return result.Answer ?? throw new InvalidOperationException($"{call.Route.Name} was applied without an answer.");
    }

    /// <summary>Says that this is the first answer once more.</summary>
    public static void MarkReplayed(ApiCall call)
    {
        call.Http.Response.Headers["Idempotency-Replayed"] = "true";
        ApiMetrics.Replayed();
    }
}
