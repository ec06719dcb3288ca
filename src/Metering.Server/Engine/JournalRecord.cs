namespace Metering.Server.Engine;

/// <summary>A command as the journal kept it.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="Now">The time at which it was applied.</param>
/// <param name="Sequence">The license's sequence number after it; replaying it must lead to the same.</param>
/// <param name="Outcome">Checksum of the entries and the remembered answer that it came to; replaying it must come to the same.</param>
/// <param name="Once">By what it is recognized.</param>
/// <param name="Command">The command.</param>
internal sealed record JournalRecord(string LicenseId, DateTimeOffset Now, long Sequence, uint Outcome, Once? Once, Command Command);
