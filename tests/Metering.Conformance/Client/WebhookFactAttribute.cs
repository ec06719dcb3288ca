namespace Metering.Conformance.Client;

/// <summary>
/// A test that receives webhooks on this machine's loopback address; skipped where <c>METERING_NO_WEBHOOKS</c> is 1, because the host
/// runs somewhere else or does not allow private addresses.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WebhookFactAttribute : FactAttribute
{
    public WebhookFactAttribute()
    {
        if (MeteringHost.Variable("METERING_NO_WEBHOOKS") == "1")
        {
            Skip = "the host cannot reach a receiver on this machine (METERING_NO_WEBHOOKS=1)";
        }
    }
}
