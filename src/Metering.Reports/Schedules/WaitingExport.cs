namespace Metering.Reports;

/// <summary>An export whose run came before its schedule was changed or paused, and that is still to be made.</summary>
/// <param name="Report">What its file holds: the schedule's report when the run came.</param>
/// <param name="Span">What it covers.</param>
/// <param name="State">Whether it is the provisional or the final one.</param>
public sealed record WaitingExport(ExportReport Report, ExportSpan Span, ExportState State);
