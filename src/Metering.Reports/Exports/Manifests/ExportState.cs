using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>Whether what an export says can still change.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ExportState>))]
public enum ExportState
{
    /// <summary>Late use may still come to its span.</summary>
    Provisional,

    /// <summary>Nothing comes to its span any more: its late window has passed.</summary>
    Final,
}
