namespace Metering;

/// <summary>
/// Tokens that somebody else issued, such as Entra ID. Asked only for a token whose hash <see cref="ITokens"/> does not know.
/// </summary>
public interface IExternalTokens
{
    /// <summary>What a token may do; null when it is not valid.</summary>
    /// <param name="token">The token itself.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    ValueTask<TokenGrant?> FindAsync(string token, CancellationToken cancellationToken);
}
