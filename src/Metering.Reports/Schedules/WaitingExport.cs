namespace Metering.Reports;

/// <summary>An export that is still to be made although its schedule was changed or paused since.</summary>
/// <param name="Order">What is to be exported: by what the schedule said when its run came, or when its span was over.</param>
/// <param name="State">Whether it is the provisional or the final one.</param>
public sealed record WaitingExport(ExportOrder Order, ExportState State)
{
    internal bool IsSameAs(ExportOrder order, ExportState state) => State == state && Order.HasRowsOf(order);
}
