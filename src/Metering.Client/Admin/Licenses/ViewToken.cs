namespace Metering.Client.Admin;

/// <summary>With what a customer may see how a license stands.</summary>
public sealed record ViewToken
{
    /// <summary>The token. Whoever has it can read the license until it ends; keep it out of logs.</summary>
    public required string Token { get; init; }

    /// <summary>The customer's page with the token, relative to the meter's address.</summary>
    public required string Url { get; init; }

    /// <summary>Until when it is good, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
