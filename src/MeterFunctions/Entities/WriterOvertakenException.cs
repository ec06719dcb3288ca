namespace MeterFunctions.Entities;

/// <summary>
/// Another writer has gone on with a license: this attempt knows too little to write, and its state will not be committed.
/// </summary>
internal sealed class WriterOvertakenException(string message) : Exception(message);
