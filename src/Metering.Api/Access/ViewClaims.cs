namespace Metering.Api;

/// <summary>What a view token says, as a JWT names it.</summary>
/// <param name="Iss">Who has signed it.</param>
/// <param name="Aud">What it is for: <see cref="ViewTokens.Audience"/>.</param>
/// <param name="Sub">The license.</param>
/// <param name="Gen">The license's key at that time, hashed once more: with another key the token ends.</param>
/// <param name="Iat">When it was made, in seconds since 1970.</param>
/// <param name="Exp">When it ends, in seconds since 1970.</param>
internal sealed record ViewClaims(string Iss, string Aud, string Sub, string Gen, long Iat, long Exp);
