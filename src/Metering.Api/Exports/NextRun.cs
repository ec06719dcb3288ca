using Metering.Reports;

namespace Metering.Api;

/// <summary>An export that a schedule will make.</summary>
/// <param name="At">When it is due.</param>
/// <param name="From">The beginning of its span.</param>
/// <param name="To">The end of its span, which is not in it.</param>
/// <param name="State">Whether it is the provisional or the final one.</param>
/// <param name="Report">What its file holds; not the schedule's report where that was changed since its run came.</param>
public sealed record NextRun(DateTimeOffset At, DateTimeOffset From, DateTimeOffset To, ExportState State, ExportReport Report);
