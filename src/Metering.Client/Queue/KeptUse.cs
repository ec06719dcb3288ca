namespace Metering.Client;

/// <summary>A use that waits on the disk.</summary>
/// <param name="IdempotencyKey">The key with which it was first sent.</param>
/// <param name="Use">What was used, with the time at which it was.</param>
internal sealed record KeptUse(string IdempotencyKey, UseBody Use);
