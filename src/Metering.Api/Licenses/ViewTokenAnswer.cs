namespace Metering.Api;

/// <summary>A view token.</summary>
/// <param name="Token">
/// The token: a signed JWT (ES256) that may read how this license stands, and nothing else. It is shown in no log and stored nowhere.
/// </param>
/// <param name="Url">
/// The customer's page with the token, relative to the service's address. The token is behind a <c>#</c>: browsers send that part to
/// nobody.
/// </param>
/// <param name="ExpiresAt">Until when it is good, UTC; less, where the license gets another key or is deleted.</param>
[Example("""
    {"token":"eyJhbGciOiJFUzI1NiIsInR5cCI6InZpZXcrand0Iiwia2lkIjoi…","url":"/usage#token=eyJhbGciOiJFUzI1NiIsInR5cCI6InZpZXcrand0Iiwia2lkIjoi…",
     "expires_at":"2026-11-26T11:00:00Z"}
    """)]
public sealed record ViewTokenAnswer(string Token, string Url, DateTimeOffset ExpiresAt);
