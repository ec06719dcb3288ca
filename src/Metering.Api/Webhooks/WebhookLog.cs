using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>What either host logs of webhooks, once it is kept.</summary>
public static partial class WebhookLog
{
    /// <summary>Logs that a webhook was disabled because what was sent to it failed.</summary>
    /// <param name="logger">Where to log.</param>
    /// <param name="webhook">The webhook, as it is now.</param>
    public static void WebhookDisabled(this ILogger logger, Webhook webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        WebhookDisabled(logger, webhook.Id, webhook.Url, webhook.DisabledReason ?? "");
    }

    [LoggerMessage(EventId = 1023, EventName = "WebhookDisabled", Level = LogLevel.Warning,
        Message = "Webhook {Webhook} to {Url} was disabled: {Reason} Its failed deliveries can be redelivered once it is enabled again.")]
    private static partial void WebhookDisabled(ILogger logger, string webhook, string url, string reason);
}
