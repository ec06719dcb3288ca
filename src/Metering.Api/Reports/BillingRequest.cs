using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Which bill is asked for.</summary>
[Example("""{"tenant_id":"tenant_acme","from":"2026-10-01T00:00:00Z","to":"2026-11-01T00:00:00Z"}""")]
public sealed record BillingRequest
{
    /// <summary>The customer. Required.</summary>
    [Required]
    public string? TenantId { get; init; }

    /// <summary>Periods that end after this; 31 days before `to` where it is absent.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Periods that end at this or before; where it is absent: now, with the periods that are open.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>How the answer is written: json or csv. Where it is absent, the Accept header says so.</summary>
    [AllowedValues("json", "csv")]
    public string? Format { get; init; }
}
