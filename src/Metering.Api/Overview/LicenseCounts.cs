namespace Metering.Api;

/// <summary>The licenses by how they stand; deleted ones are not among them.</summary>
/// <param name="AsOf">When the look at all licenses began, UTC.</param>
/// <param name="IsComplete">
/// Whether all were looked at. A look stops after a second and goes on with the next request, so of many licenses the first answers know
/// a part; from then on they show the last look that was complete.
/// </param>
/// <param name="Total">How many were looked at.</param>
/// <param name="Active">Those that are valid.</param>
/// <param name="Suspended">Those that an operator has suspended.</param>
/// <param name="Expired">Those whose time is over.</param>
/// <param name="Unreadable">Those whose state could not be read, because it is damaged or of another version.</param>
public sealed record LicenseCounts(
    DateTimeOffset AsOf, bool IsComplete, int Total, int Active, int Suspended, int Expired, int Unreadable);
