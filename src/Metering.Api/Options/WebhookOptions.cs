using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>How webhooks are delivered: the part <c>Webhooks</c> of <see cref="MeteringOptions"/>.</summary>
public sealed record WebhookOptions
{
    /// <summary>
    /// Whether receivers may have addresses that are not on the public internet, and plain <c>http</c>. Off by default, so that nobody who
    /// may make a webhook can reach into the network that the service runs in.
    /// </summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>How long a receiver has to answer.</summary>
    [Range(1, 60)]
    public int TimeoutSeconds { get; init; } = 15;

    /// <summary>For how long after its first attempt a delivery is tried again, before its webhook is disabled.</summary>
    [Range(1, 168)]
    public int RetryHours { get; init; } = 24;

    /// <summary>
    /// Most deliveries under way to one webhook at a time. On Azure the limit is for each instance, and values above 10 count as 10.
    /// </summary>
    [Range(1, 64)]
    public int Concurrency { get; init; } = 4;

    /// <summary>For how long ended deliveries can be listed.</summary>
    [Range(1, 90)]
    public int KeepDays { get; init; } = 7;

    /// <summary>For how long a replaced secret goes on signing beside the new one.</summary>
    [Range(1, 168)]
    public int SecretOverlapHours { get; init; } = 24;
}
