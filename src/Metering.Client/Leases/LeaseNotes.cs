namespace Metering.Client;

/// <summary>What the journal remembers: all that is needed to go on after a crash.</summary>
/// <param name="Sequence">Which of two notes is the later.</param>
/// <param name="Asked">A request for a lease whose answer has not come; null: none.</param>
/// <param name="Leases">The leases, the oldest first.</param>
internal sealed record LeaseNotes(long Sequence, AskedLease? Asked, List<HeldLease> Leases);
