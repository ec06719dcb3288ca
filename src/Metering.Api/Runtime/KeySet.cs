namespace Metering.Api;

/// <summary>The public keys of lease tokens (RFC 7517).</summary>
/// <param name="Keys">The keys.</param>
public sealed record KeySet(IReadOnlyList<PublicKey> Keys);
