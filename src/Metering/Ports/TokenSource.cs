using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Where a token comes from.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<TokenSource>))]
public enum TokenSource
{
    /// <summary>The host's configuration; it can't be revoked over the API.</summary>
    Configured,

    /// <summary>The host's own store.</summary>
    Stored,
}
