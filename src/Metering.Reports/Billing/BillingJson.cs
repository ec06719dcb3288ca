using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>How a column holds what a line has several of.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(TotalJsonConverter)])]
[JsonSerializable(typeof(ImmutableArray<TierCharge>))]
[JsonSerializable(typeof(ImmutableArray<PeriodGrant>))]
internal sealed partial class BillingJson : JsonSerializerContext;
