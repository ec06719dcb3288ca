using System.Globalization;
using System.Text.Json.Serialization;

namespace Metering.Client.Admin;

/// <summary>Where a tier begins: an amount, or a percentage of the allowance.</summary>
/// <param name="Value">Units, or percent.</param>
/// <param name="IsPercent">Whether it is percent.</param>
[JsonConverter(typeof(TierStartConverter))]
public sealed record TierStart(decimal Value, bool IsPercent = false)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + (IsPercent ? "%" : "");
}
