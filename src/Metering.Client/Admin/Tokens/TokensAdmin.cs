namespace Metering.Client.Admin;

/// <summary>Credentials of operators and producers.</summary>
public sealed class TokensAdmin
{
    private readonly AdminHttp _http;

    internal TokensAdmin(AdminHttp http) => _http = http;

    /// <summary>Makes one. The answer has the secret, which is shown this once.</summary>
    public Task<ApiToken> CreateAsync(NewToken token, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("tokens"), token, AdminJson.Default.NewToken, AdminJson.Default.ApiToken,
            idempotencyKey, cancellationToken);

    /// <summary>All of them, those of the configuration included; never a secret.</summary>
    public IAsyncEnumerable<ApiToken> ListAsync(CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("tokens"), AdminJson.Default.ApiTokenPart, cancellationToken);

    /// <summary>Ends one: what carries it is refused from now on.</summary>
    public Task RevokeAsync(string id, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(AdminPath.Of("tokens", id), cancellationToken);
}
