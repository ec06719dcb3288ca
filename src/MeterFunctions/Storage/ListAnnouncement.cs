namespace MeterFunctions.Storage;

/// <summary>What says, in the rows that lists read, that a change is on its way.</summary>
/// <param name="Column">The column that says so.</param>
/// <param name="At">What it says: when it was announced, UTC, by the machine's clock.</param>
internal readonly record struct ListAnnouncement(string Column, DateTimeOffset At);
