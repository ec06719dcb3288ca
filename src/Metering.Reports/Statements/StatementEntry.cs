namespace Metering.Reports;

/// <summary>An entry of the ledger that explains a statement.</summary>
/// <param name="Sequence">Its number in the ledger.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="Kind">What it records.</param>
/// <param name="FeatureCode">The feature; null: none is concerned.</param>
/// <param name="Amount">What it added, gave or took.</param>
/// <param name="Unit">The balance's unit, where one was touched.</param>
/// <param name="BalanceAfter">The balance after it.</param>
/// <param name="GrantId">Which grant it is about.</param>
/// <param name="Words">Why, in an operator's or the meter's words.</param>
public sealed record StatementEntry(
    long Sequence, DateTimeOffset At, EntryKind Kind, string? FeatureCode, decimal Amount, string? Unit, decimal? BalanceAfter,
    string? GrantId, string? Words);
