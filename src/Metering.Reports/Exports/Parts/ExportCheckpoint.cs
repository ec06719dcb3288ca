using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>How far an export has come, with all that the run after this one needs to go on as if there had been one run.</summary>
public sealed record ExportCheckpoint
{
    /// <summary>When the export began, UTC: by this time the rows of all parts are decided.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The last license whose rows are all written; null: none.</summary>
    public string? DoneId { get; init; }

    /// <summary>Rows that are written.</summary>
    public long Rows { get; init; }

    /// <summary>Licenses that were read.</summary>
    public long LicensesDone { get; init; }

    /// <summary>Licenses that are to be read.</summary>
    public long? LicensesTotal { get; init; }

    /// <summary>Sums of the rows that are written.</summary>
    public ImmutableArray<FeatureTotal> Totals { get; init; } = [];

    /// <summary>The ledger's entries that were read.</summary>
    public required LedgerMark Ledger { get; init; }

    /// <summary>The file, as far as it is written.</summary>
    public required FileMark File { get; init; }

    /// <summary>What the format's writer needs to go on: of Parquet, what would end the file here.</summary>
    public ReadOnlyMemory<byte> Tail { get; init; }

    /// <summary>What has changed since the provisional file; null where there is none.</summary>
    public AdjustmentMark? Adjustments { get; init; }
}
