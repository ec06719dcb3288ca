using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace Metering.Api;

/// <summary>Health, keys, documentation, and the test clock.</summary>
internal sealed class ServiceHandlers(IReadiness readiness, IMeterClock clock, LeaseTokens leaseTokens, JsonBodies bodies)
{
    public Task LiveAsync(ApiCall call) => SendStatusAsync(call, "live");

    public async Task ReadyAsync(ApiCall call)
    {
        var why = await readiness.WhyNotReadyAsync(call.Aborted).ConfigureAwait(false);
        if (why is not null)
        {
            throw new ProblemException(new Problem(ProblemCode.NotReady, why) { RetryAfterSeconds = 1 });
        }

        await SendStatusAsync(call, "ready").ConfigureAwait(false);
    }

    public async Task KeysAsync(ApiCall call)
    {
        var keys = await leaseTokens.PublicKeysAsync(call.Aborted).ConfigureAwait(false);
        call.Http.Response.Headers.CacheControl = "public, max-age=300";
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, keys, ApiJson.Default.KeySet).ConfigureAwait(false);
    }

    public Task OpenApiAsync(ApiCall call) => OpenApiDocument.SendAsync(call.Http);

    public Task GetClockAsync(ApiCall call)
    {
        RequireTestClock();
        return SendClockAsync(call);
    }

    /// <summary>Sets the test clock, or moves it on. It may be set back; for a license, time still does not run backwards.</summary>
    public async Task PutClockAsync(ApiCall call)
    {
        RequireTestClock();
        var body = await bodies.ReadAsync(call, ApiJson.Default.ClockRequest).ConfigureAwait(false);
        await clock.SetAsync(Read(body.Value, clock.UtcNow), call.Aborted).ConfigureAwait(false);
        await SendClockAsync(call).ConfigureAwait(false);
    }

    private static DateTimeOffset Read(ClockRequest request, DateTimeOffset now)
    {
        if (request.Now is null == request.Advance is null)
        {
            throw new ProblemException(Problem.Field("", "must have either now or advance"));
        }

        if (request.Now is { } time)
        {
            return time;
        }

        var parsed = PeriodPattern.NormalizingIso.Parse(request.Advance!);
        if (!parsed.Success)
        {
            throw new ProblemException(Problem.Field("/advance", "must be an ISO 8601 duration such as P1D or PT2H"));
        }

        try
        {
            var moved = Instant.FromDateTimeOffset(now).InUtc().LocalDateTime.Plus(parsed.Value).InUtc().ToDateTimeOffset();
            return moved.Year is >= 1970 and <= 9000 ? moved : throw new OverflowException();
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentOutOfRangeException)
        {
            throw new ProblemException(Problem.Field("/advance", "must lead to a time between the years 1970 and 9000"));
        }
    }

    private void RequireTestClock()
    {
        if (!clock.IsTestClock)
        {
            throw new ProblemException(new Problem(ProblemCode.NotFound, "The test clock is not on."));
        }
    }

    private Task SendClockAsync(ApiCall call) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, new ClockAnswer(clock.UtcNow), ApiJson.Default.ClockAnswer);

    private Task SendStatusAsync(ApiCall call, string status) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, new HealthAnswer(status), ApiJson.Default.HealthAnswer);
}
