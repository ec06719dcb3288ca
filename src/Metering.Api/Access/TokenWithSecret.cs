using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A token, as the answer shows it that made it.</summary>
public sealed record TokenWithSecret : TokenRecord
{
    internal TokenWithSecret(TokenRecord record, string? token)
        : base(record) => Token = token;

    /// <summary>
    /// The token itself, shown this once; null in the answer to a repeat of the request. Who has lost it revokes it and makes another.
    /// </summary>
    [JsonPropertyOrder(1)]
    public string? Token { get; }
}
