namespace MeterFunctions.Retention;

/// <summary>Where a run over a license has stopped.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="Part">In which part.</param>
/// <param name="From">Where the rows of the part go on, as the storage said; null at their beginning.</param>
public sealed record RetentionPlace(string LicenseId, RetentionPart Part, string? From);
