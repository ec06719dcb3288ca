using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>The format of an export's file.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ExportFormat>))]
public enum ExportFormat
{
    /// <summary>RFC 4180, UTF-8, with a header.</summary>
    Csv,

    /// <summary>A JSON object a line, UTF-8.</summary>
    Jsonl,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
