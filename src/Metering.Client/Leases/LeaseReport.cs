namespace Metering.Client;

/// <summary>What the meter is told of a lease in one request. Meanwhile more may be spent, which is for the next.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Steps">What was spent, and not told yet.</param>
/// <param name="Close">Whether nothing more will be spent, so that the meter closes it.</param>
internal sealed record LeaseReport(HeldLease Lease, IReadOnlyList<LeaseStep> Steps, bool Close);
