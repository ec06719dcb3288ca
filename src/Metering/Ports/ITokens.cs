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
