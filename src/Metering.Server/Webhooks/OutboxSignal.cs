namespace Metering.Server.Webhooks;

/// <summary>A signal that waits in the outbox.</summary>
/// <param name="Position">Its place in the outbox; rises.</param>
/// <param name="Signal">The signal.</param>
internal sealed record OutboxSignal(long Position, Signal Signal);
