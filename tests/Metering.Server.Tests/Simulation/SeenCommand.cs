namespace Metering.Server.Tests.Simulation;

/// <summary>A counted command as the ledger has it.</summary>
/// <param name="Entry">Its last entry.</param>
/// <param name="Answer">
/// What was kept to be told to repeats; null when retention forgot it before anybody looked, as it may in the transaction that wrote it.
/// </param>
internal sealed record SeenCommand(LedgerEntry Entry, Answer? Answer);
