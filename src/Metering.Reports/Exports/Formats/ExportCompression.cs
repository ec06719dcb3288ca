using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>How an export's file is compressed. Parquet compresses its own pages.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ExportCompression>))]
public enum ExportCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip (RFC 1952) around the whole file.</summary>
    Gzip,
}
