namespace Metering.Reports;

/// <summary>An export that a schedule will make.</summary>
/// <param name="At">When it is due, UTC: its run has come, and its span is over, or final.</param>
/// <param name="Order">What is to be exported.</param>
/// <param name="State">Whether it is the provisional or the final one.</param>
public sealed record PlannedExport(DateTimeOffset At, ExportOrder Order, ExportState State)
{
    /// <summary>What it covers.</summary>
    public ExportSpan Span => Order.Span;
}
