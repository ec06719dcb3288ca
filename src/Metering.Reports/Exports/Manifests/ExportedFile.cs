namespace Metering.Reports;

/// <summary>A file that was written.</summary>
/// <param name="Name">Its name in the folder or container, with <c>/</c> between the parts of a path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex.</param>
public sealed record ExportedFile(string Name, long Bytes, string Sha256);
