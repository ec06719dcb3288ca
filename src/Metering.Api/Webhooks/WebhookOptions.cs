using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>How webhooks are delivered: the configuration section <c>Metering:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metering:Webhooks";

    /// <summary>
    /// Whether receivers may have addresses that are not on the public internet, and plain <c>http</c>. Off by default, so that nobody who
    /// may make a webhook can reach into the network that the service runs in.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Seconds that a receiver has to answer.</summary>
    [Range(1, 60)]
    public int TimeoutSeconds { get; set; } = 15;

    /// <summary>Hours over which a delivery is tried again, before its webhook is disabled.</summary>
    [Range(1, 168)]
    public int RetryHours { get; set; } = 24;

    /// <summary>Deliveries that are on their way to one webhook at the same time.</summary>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Days for which deliveries that ended can be listed.</summary>
    [Range(1, 90)]
    public int KeepDays { get; set; } = 7;

    /// <summary>Hours for which a replaced secret goes on signing beside the new one.</summary>
    [Range(1, 168)]
    public int SecretOverlapHours { get; set; } = 24;
}
