using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How a hold is settled.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<HoldKind>))]
public enum HoldKind
{
    /// <summary>Once, with the true amount.</summary>
    Reservation,

    /// <summary>In steps, by somebody who meters on their own for a while.</summary>
    Lease,
}
