using System.Text.Json.Serialization;

namespace Metering.Reports;

/// <summary>How an export stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ExportStatus>))]
public enum ExportStatus
{
    /// <summary>Others are before it.</summary>
    Waiting,

    /// <summary>Its file is being written. An export that a crash interrupted begins anew.</summary>
    Running,

    /// <summary>It runs and is about to stop, because somebody asked for it.</summary>
    Cancelling,

    /// <summary>File and manifest are there.</summary>
    Done,

    /// <summary>It failed; nothing of it is left.</summary>
    Failed,

    /// <summary>Somebody stopped it; nothing of it is left.</summary>
    Cancelled,
}
