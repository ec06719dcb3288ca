namespace Metering.Cli.Exports;

/// <summary>What lies beside an exported file, as far as it is looked at here.</summary>
internal sealed record ExportManifest(
    string? ExportId,
    string Report,
    string? TenantId,
    DateTimeOffset From,
    DateTimeOffset To,
    string State,
    string Format,
    string? Compress,
    ManifestFile File,
    long Rows);
