namespace Metering.Client;

/// <summary>A use that waits on the disk.</summary>
/// <param name="IdempotencyKey">The key with which it was first sent.</param>
/// <param name="Use">What was used, with the time at which it was.</param>
/// <param name="IsKeyGiven">Whether the caller gave the key; otherwise it was made for this use, and is no other's.</param>
internal sealed record KeptUse(string IdempotencyKey, UseBody Use, bool IsKeyGiven);
