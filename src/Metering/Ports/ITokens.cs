namespace Metering;

/// <summary>Tokens of producers and operators, known by their hashes.</summary>
public interface ITokens
{
    /// <summary>What a token may do; null when there is no such token.</summary>
    /// <param name="tokenHash">SHA-256 of the token, lower-case hex.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken);

    /// <summary>Every token that there is: those of the configuration, then those that the host keeps, oldest first.</summary>
    ValueTask<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Takes a token away, for good: it opens nothing from then on.</summary>
    ValueTask<TokenRevocation> RevokeAsync(string id, CancellationToken cancellationToken);
}

/// <summary>What a token may do.</summary>
/// <param name="Name">Its name in logs.</param>
/// <param name="Scopes">Its scopes: <c>ingest</c>, <c>read</c>, <c>manage</c>.</param>
public sealed record TokenGrant(string Name, IReadOnlyList<string> Scopes);

/// <summary>What came of revoking a token.</summary>
public enum TokenRevocation
{
    /// <summary>It is gone.</summary>
    Revoked,

    /// <summary>There is no token with this id.</summary>
    NotFound,

    /// <summary>It comes from the configuration; it stays, and is taken away there.</summary>
    Configured,

    /// <summary>No other token may manage; it stays, because nobody could get in any more.</summary>
    LastManager,
}
