namespace Metering.Reports;

/// <summary>A file that is not all written.</summary>
/// <param name="Mark">By what the sink goes on with it.</param>
/// <param name="Bytes">How long it is so far.</param>
public sealed record FileMark(string Mark, long Bytes);
