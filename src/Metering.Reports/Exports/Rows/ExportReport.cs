using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>What an export holds.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ExportReport>))]
public enum ExportReport
{
    /// <summary>Every entry that was made in the span: licenses in the order of their ids, entries by number.</summary>
    Ledger,

    /// <summary>A row for each license, UTC day and feature, from the rollups.</summary>
    Usage,

    /// <summary>
    /// A line for each license, feature and period that ended in the span, with what it cost; where a period never ends, its days.
    /// </summary>
    Billing,
}
