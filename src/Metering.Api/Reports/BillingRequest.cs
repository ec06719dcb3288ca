using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>Which bill is asked for.</summary>
[Example("""{"tenant_id":"tenant_acme","from":"2026-10-01","to":"2026-11-01"}""")]
public sealed record BillingRequest
{
    /// <summary>The customer. Required.</summary>
    [Required]
    public string? TenantId { get; init; }

    /// <summary>Periods that end after this; a day stands for its beginning, UTC; 31 days before `to` where it is absent.</summary>
    [JsonConverter(typeof(TimeOrDayJsonConverter))]
    public DateTimeOffset? From { get; init; }

    /// <summary>
    /// Periods that end at this or before; a day stands for its beginning, UTC; where it is absent:
    /// now, with the periods that are open.
    /// </summary>
    [JsonConverter(typeof(TimeOrDayJsonConverter))]
    public DateTimeOffset? To { get; init; }

    /// <summary>How the answer is written: json or csv. Where it is absent, the Accept header says so.</summary>
    [AllowedValues("json", "csv")]
    public string? Format { get; init; }
}
