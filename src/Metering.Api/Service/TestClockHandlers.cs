using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace Metering.Api;

/// <summary>The test clock: not there on a host whose clock can't be set.</summary>
internal sealed class TestClockHandlers(IMeterClock clock, JsonBodies bodies)
{
    public Task GetAsync(ApiCall call)
    {
        RequireIt();
        return SendAsync(call);
    }

    /// <summary>Sets the test clock, or moves it on. It may be set back; for a license, time still does not run backwards.</summary>
    public async Task PutAsync(ApiCall call)
    {
        RequireIt();
        var body = await bodies.ReadAsync(call, ApiJson.Default.ClockRequest).ConfigureAwait(false);
        await clock.SetAsync(Read(body.Value, clock.UtcNow), call.Aborted).ConfigureAwait(false);
        await SendAsync(call).ConfigureAwait(false);
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
            // As a local time of UTC, because an instant can't be moved on by months.
            var moved = Instant.FromDateTimeOffset(now).InUtc().LocalDateTime.Plus(parsed.Value).InUtc().ToDateTimeOffset();
            return moved.Year is >= 1970 and <= 9000 ? moved : throw new OverflowException();
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentOutOfRangeException)
        {
            throw new ProblemException(Problem.Field("/advance", "must lead to a time between the years 1970 and 9000"));
        }
    }

    private void RequireIt()
    {
        if (!clock.IsTestClock)
        {
            // As if there were no such route: a host that serves customers has none.
            throw new ProblemException(new Problem(ProblemCode.NotFound, "The test clock is not on."));
        }
    }

    private Task SendAsync(ApiCall call) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, new ClockAnswer(clock.UtcNow), ApiJson.Default.ClockAnswer);
}
