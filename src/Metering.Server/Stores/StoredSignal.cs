namespace Metering.Server.Stores;

/// <summary>A signal that waits for delivery.</summary>
/// <param name="Id">Its place in the outbox; rises.</param>
/// <param name="Signal">The signal.</param>
public sealed record StoredSignal(long Id, Signal Signal);
