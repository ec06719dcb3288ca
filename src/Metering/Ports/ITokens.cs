namespace Metering;

/// <summary>Tokens of producers and operators, known by their hashes.</summary>
public interface ITokens
{
    /// <summary>What a token may do; null when there is no such token.</summary>
    /// <param name="tokenHash">SHA-256 of the token, lower-case hex.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken);
}

/// <summary>What a token may do.</summary>
/// <param name="Name">Its name in logs.</param>
/// <param name="Scopes">Its scopes: <c>ingest</c>, <c>read</c>, <c>manage</c>.</param>
public sealed record TokenGrant(string Name, IReadOnlyList<string> Scopes);
