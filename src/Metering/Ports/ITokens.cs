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

    /// <summary>Adds a token to those that the host keeps; durable when it returns.</summary>
    /// <param name="tokenHash">SHA-256 of the token, lower-case hex: all that is kept of it.</param>
    /// <param name="token">What may be known of it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<TokenAddition> AddAsync(string tokenHash, TokenRecord token, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a token away, for good. On this instance it opens nothing from then on; another instance may let it in for as long as it
    /// remembers what it has read.
    /// </summary>
    ValueTask<TokenRevocation> RevokeAsync(string id, CancellationToken cancellationToken);
}
