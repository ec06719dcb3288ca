using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>What a license's rows are read with.</summary>
/// <param name="Tables">The tables.</param>
/// <param name="Ledger">The evidence.</param>
/// <param name="Clock">The host's clock.</param>
/// <param name="Rules">What the operator has set.</param>
internal sealed record WalkParts(MeterTables Tables, TableLedger Ledger, HostClock Clock, MeterRules Rules);
