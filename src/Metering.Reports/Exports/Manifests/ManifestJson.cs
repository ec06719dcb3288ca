using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>How manifests, exports and schedules are stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    IgnoreReadOnlyProperties = true,
    WriteIndented = true,
    Converters = [typeof(TotalJsonConverter), typeof(UtcJsonConverter)])]
[JsonSerializable(typeof(ExportManifest))]
[JsonSerializable(typeof(ExportJob))]
[JsonSerializable(typeof(ExportCheckpoint))]
[JsonSerializable(typeof(ExportSchedule))]
public sealed partial class ManifestJson : JsonSerializerContext;
