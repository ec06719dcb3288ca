namespace Metering.Server.Tests.Simulation;

/// <summary>A counted command as the ledger has it.</summary>
/// <param name="Entry">Its last entry.</param>
/// <param name="Answer">What was kept to be told to repeats; null when it has neither key nor event id.</param>
internal sealed record SeenCommand(LedgerEntry Entry, Answer? Answer);
