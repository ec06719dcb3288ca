namespace Metering.Client;

/// <summary>What the meter is told of a lease.</summary>
/// <param name="Usage">What was spent.</param>
/// <param name="Close">Whether to give back what is left.</param>
internal sealed record LeaseSyncBody(IReadOnlyList<LeaseStep> Usage, bool Close);
