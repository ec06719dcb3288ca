using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Whether the process lives, and whether it can serve.</summary>
internal sealed class HealthHandlers(IReadiness readiness, Gate gate)
{
    // It asks nothing else: whoever restarts what is not alive must not restart a process because its storage is away.
    public static Task LiveAsync(ApiCall call) => SendStatusAsync(call, "live");

    public async Task ReadyAsync(ApiCall call)
    {
        var why = await readiness.WhyNotReadyAsync(call.Aborted).ConfigureAwait(false);
        if (why is not null)
        {
            // The reason may name a file or setting. Strangers need not know these; whoever watches the service needs only the status.
            var detail = await gate.MayReadAsync(call.Http).ConfigureAwait(false)
                ? why
                : "The service can't serve now. Its log says why, and so does this answer to a token that may read.";
            throw new ProblemException(new Problem(ProblemCode.NotReady, detail) { RetryAfterSeconds = 1 });
        }

        await SendStatusAsync(call, "ready").ConfigureAwait(false);
    }

    private static Task SendStatusAsync(ApiCall call, string status) =>
        JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, new HealthAnswer(status), ApiJson.Default.HealthAnswer);
}
