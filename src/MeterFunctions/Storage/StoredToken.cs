using Metering;

namespace MeterFunctions.Storage;

/// <summary>One of the tokens in <see cref="TableTokens"/>'s row.</summary>
/// <param name="Hash">SHA-256 of the token, lower-case hex.</param>
/// <param name="Record">What may be known of it.</param>
internal sealed record StoredToken(string Hash, TokenRecord Record);
