using System.Collections.Immutable;

namespace MeterFunctions.Exports;

/// <summary>What a round comes to.</summary>
/// <param name="Due">Ids of the exports that are to be run now.</param>
/// <param name="Rest">How long to rest where there are none.</param>
public sealed record ExportPlan(ImmutableArray<string> Due, TimeSpan Rest);
