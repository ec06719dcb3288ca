using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>
/// What lies beside an export's file: what the file says, of what it was made, and by what it can be proven. No secret is in it.
/// </summary>
public sealed record ExportManifest
{
    /// <summary>The end of its name, after the name of the file that it is of.</summary>
    public const string Ending = ".manifest.json";

    /// <summary>The form of this document.</summary>
    public const int Form = 2;

    /// <summary><see cref="Form"/> of whoever wrote it.</summary>
    public int ManifestVersion { get; init; } = Form;

    /// <summary>The software that wrote it, and its version.</summary>
    public required string Software { get; init; }

    /// <summary>The export, <c>exp_…</c>.</summary>
    public required string ExportId { get; init; }

    /// <summary>What the file holds.</summary>
    public ExportReport Report { get; init; }

    /// <summary>The only tenant whose licenses are in it; null: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The beginning of the span, UTC.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>The end of the span, which is not in it, UTC.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Whether the span can still change.</summary>
    public ExportState State { get; init; }

    /// <summary>When the export began, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The file's format.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>How the file is compressed.</summary>
    public ExportCompression Compress { get; init; }

    /// <summary>The file that this stands beside.</summary>
    public required ExportedFile File { get; init; }

    /// <summary>Rows in the file.</summary>
    public long Rows { get; init; }

    /// <summary>Sums by feature, in the order of their codes.</summary>
    public ImmutableArray<FeatureTotal> Totals { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The ledger's entries that the file was made of.</summary>
    public required CoveredLedger Ledger { get; init; }

    /// <summary>What changed since the provisional file of the same span; null where there was none.</summary>
    public ExportAdjustments? Adjustments { get; init; }
}
