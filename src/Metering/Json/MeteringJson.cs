using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// How the domain's records are stored: compact JSON, defaults left out, so that a field added later reads as its default in older data.
/// </summary>
/// <remarks>
/// The generated reader sets an init-only property that is missing to its type's default, not to its initializer's value; so arrays
/// and other properties whose default is no good value guard it in their getters.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    // Keys are what callers named their users and readings, and must come back as they were.
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    // What a record works out from the rest could differ from it if it were stored as well.
    IgnoreReadOnlyProperties = true,
    AllowOutOfOrderMetadataProperties = true,
    Converters = [typeof(TotalJsonConverter), typeof(UtcJsonConverter)])]
[JsonSerializable(typeof(LicenseState))]
[JsonSerializable(typeof(HoldState))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(ImmutableArray<LedgerEntry>))]
[JsonSerializable(typeof(CommandEffect))]
[JsonSerializable(typeof(DayRollup))]
[JsonSerializable(typeof(EvidenceSnapshot))]
[JsonSerializable(typeof(Signal))]
[JsonSerializable(typeof(ImmutableArray<Signal>))]
[JsonSerializable(typeof(ImmutableArray<ClosedDay>))]
[JsonSerializable(typeof(TierCharge))]
[JsonSerializable(typeof(FeaturePeriod))]
[JsonSerializable(typeof(ImmutableArray<FeaturePeriod>))]
[JsonSerializable(typeof(Feature))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(LicenseRecord))]
[JsonSerializable(typeof(ImmutableArray<FeatureSpan>))]
[JsonSerializable(typeof(ImmutableArray<EndlessSpan>))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(Delivery))]
public sealed partial class MeteringJson : JsonSerializerContext;
