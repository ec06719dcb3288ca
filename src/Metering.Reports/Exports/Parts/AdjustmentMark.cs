using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>What was worked out so far of what changed since a provisional file.</summary>
/// <param name="LicenseId">The license whose rows are being compared; null: none was.</param>
/// <param name="Sums">What its final rows count so far.</param>
/// <param name="Count">How many adjustments there are of the licenses before it.</param>
/// <param name="Items">The first of them.</param>
/// <param name="Rest">The file with the rest; null where there is none.</param>
public sealed record AdjustmentMark(
    string? LicenseId, ImmutableArray<ExportAdjustment> Sums, long Count, ImmutableArray<ExportAdjustment> Items, FileMark? Rest);
