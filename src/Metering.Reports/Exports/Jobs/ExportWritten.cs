namespace Metering.Reports;

/// <summary>What a run of an export came to: one of the two.</summary>
/// <param name="Manifest">What lies beside the file, which is there.</param>
/// <param name="Checkpoint">From where the next run goes on.</param>
internal sealed record ExportWritten(ExportManifest? Manifest, ExportCheckpoint? Checkpoint);
