namespace Metering.Cli.Exports;

/// <summary>What lies beside the manifest.</summary>
internal sealed record ManifestFile(string Name, long Bytes, string Sha256);
