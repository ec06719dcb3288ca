using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Whether the process lives, and whether it can serve.</summary>
internal sealed class HealthHandlers(IReadiness readiness)
{
    // It asks nothing else: whoever restarts what is not alive must not restart a process because its storage is away.
    public static Task LiveAsync(ApiCall call) => SendStatusAsync(call, "live");

    public async Task ReadyAsync(ApiCall call)
    {
        var why = await readiness.WhyNotReadyAsync(call.Aborted).ConfigureAwait(false);
        if (why is not null)
        {
            throw new ProblemException(new Problem(ProblemCode.NotReady, why) { RetryAfterSeconds = 1 });
        }

        await SendStatusAsync(call, "ready").ConfigureAwait(false);
    }

    private static Task SendStatusAsync(ApiCall call, string status) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, new HealthAnswer(status), ApiJson.Default.HealthAnswer);
}
