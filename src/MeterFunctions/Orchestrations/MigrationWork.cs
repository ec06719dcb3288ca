using Metering;

namespace MeterFunctions.Orchestrations;

/// <summary>A migration on its way.</summary>
/// <param name="Progress">How far it has come.</param>
/// <param name="Cursor">Where the next page of licenses begins; null at the beginning.</param>
/// <param name="Failed">How many licenses could not be moved.</param>
public sealed record MigrationWork(Migration Progress, string? Cursor, int Failed = 0);
