using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>
/// Finds out who calls, and whether the route lets them in. A credential is hashed and looked up whatever it looks like, so that a
/// malformed one is answered as an unknown one is, in the same time.
/// </summary>
internal sealed class Gate(
    ILicenseDirectory directory, ITokens tokens, ViewTokens viewTokens, FailedLogins failed, IOptions<ApiOptions> options,
    IExternalTokens? externalTokens = null)
{
    private const string LicenseScheme = "License ";
    private const string BearerScheme = "Bearer ";
    private const int MaxExternal = 10_000;

    /// <summary>What a caller without a valid credential is told, whatever is wrong with it.</summary>
    public static readonly Problem Unauthenticated = new(ProblemCode.Unauthenticated, "A valid credential is required.");

    // By hash, because no secret is kept, not even in memory. For a limited time, because another instance that rotates a key tells nobody.
    private readonly RecentCache<SecretHash, Caller> _keys =
        new(options.Value.KeyCacheSize, TimeSpan.FromSeconds(options.Value.KeyCacheSeconds));

    // Other issuers' tokens that were valid. Each is checked anew all the same; it is only not refused for what others at its address do.
    private readonly RecentCache<SecretHash, TokenGrant> _external = new(MaxExternal, TimeSpan.Zero);

    private long _forgotten;

    /// <summary>The caller.</summary>
    /// <exception cref="ProblemException">401 without a valid credential, 403 with a valid one that may not do this.</exception>
    public ValueTask<Caller> AuthorizeAsync(HttpContext http, Access access)
    {
        if (access == Access.Public)
        {
            return ValueTask.FromResult(Caller.Anybody);
        }

        // Of two headers nobody can know which one is meant, so they count as none.
        var header = http.Request.Headers.Authorization;
        var credential = header.Count == 1 ? header[0] : null;
        if (credential is null)
        {
            throw new ProblemException(Unauthenticated);
        }

        // The names of schemes are compared without case (RFC 9110, 11.1).
        if (credential.StartsWith(LicenseScheme, StringComparison.OrdinalIgnoreCase))
        {
            var hash = SecretHash.Of(credential.AsSpan(LicenseScheme.Length).Trim());
            return _keys.TryGet(hash, out var caller)
                ? ValueTask.FromResult(AuthorizeLicense(caller!, access))
                : LookUpKeyAsync(http, hash, access, wasValid: caller is not null);
        }

        if (credential.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
        {
            var token = credential[BearerScheme.Length..].Trim();
            return ViewTokens.IsOne(token) ? LookUpViewAsync(http, token, access) : LookUpTokenAsync(http, token, access);
        }

        failed.ThrowIfLimited(http);
        failed.Add(http, "neither License nor Bearer");
        throw new ProblemException(Unauthenticated);
    }

    /// <summary>Whether the caller of a public route has shown a token that may read everything.</summary>
    public async ValueTask<bool> MayReadAsync(HttpContext http)
    {
        try
        {
            return http.Request.Headers.Authorization.Count > 0
                && await AuthorizeAsync(http, Access.Read).ConfigureAwait(false) is { Grant.TenantId: null };
        }
        catch (Exception stranger) when (stranger is ProblemException or StoreUnavailableException)
        {
            // Also where nobody can say who it is: the storage that knows may be what is away.
            return false;
        }
    }

    /// <summary>The id of the license with a key; null when there is none.</summary>
    public ValueTask<string?> FindLicenseAsync(string key, CancellationToken cancellationToken) =>
        directory.FindByKeyHashAsync(SecretHash.Of(key).ToString(), cancellationToken);

    /// <summary>Forgets a key that was rotated or whose license was deleted.</summary>
    public void Forget(SecretHash hash)
    {
        Interlocked.Increment(ref _forgotten);
        _keys.Remove(hash);
    }

    private async ValueTask<Caller> LookUpKeyAsync(HttpContext http, SecretHash hash, Access access, bool wasValid)
    {
        // Only of a key that nobody knows: one that is or was valid gets in whatever others at its address do, such as behind the same
        // proxy. Its look-up is no flood: if it still is valid it is not looked up again for a while, and if not it is forgotten.
        if (!wasValid)
        {
            failed.ThrowIfLimited(http);
        }

        // Read before the look-up, so that a key that is forgotten while it is under way is noticed.
        var (forgotten, begun) = (Volatile.Read(ref _forgotten), Environment.TickCount64);
        var licenseId = await directory.FindByKeyHashAsync(hash.ToString(), http.RequestAborted).ConfigureAwait(false);
        if (licenseId is null)
        {
            _keys.Remove(hash);
            failed.Add(http, "no license has this key");
            throw new ProblemException(Unauthenticated);
        }

        var caller = new Caller { LicenseId = licenseId };
        _keys.Set(hash, caller, begun);
        if (Volatile.Read(ref _forgotten) != forgotten)
        {
            // A key was forgotten while this one was looked up; it may be this one, and would open the license again until it is too old.
            _keys.Remove(hash);
        }

        return AuthorizeLicense(caller, access);
    }

    // A key that is a license's own says who calls; so what it may not do is forbidden, not unauthenticated.
    private static Caller AuthorizeLicense(Caller caller, Access access) => access is Access.License or Access.LicenseOrManage
        ? caller
        : throw new ProblemException(new Problem(
            ProblemCode.Forbidden, $"A license's key may not do this; it takes a token with the scope {ScopeFor(access)}."));

    private async ValueTask<Caller> LookUpViewAsync(HttpContext http, string token, Access access)
    {
        var caller = new Caller { ViewedLicenseId = await viewTokens.LicenseOfAsync(http, token).ConfigureAwait(false) };
        return access == Access.Read ? caller : throw new ProblemException(ViewGate.Refused);
    }

    private async ValueTask<Caller> LookUpTokenAsync(HttpContext http, string token, Access access)
    {
        // Not remembered, unlike keys: a token that was revoked opens nothing any more. Our own come first; other issuers see only what we
        // don't know.
        var hash = SecretHash.Of(token);
        var grant = await tokens.FindAsync(hash.ToString(), http.RequestAborted).ConfigureAwait(false)
            ?? await CheckExternalAsync(http, token, hash).ConfigureAwait(false);
        if (grant is null)
        {
            failed.Add(http, "no such token");
            throw new ProblemException(Unauthenticated);
        }

        // Such routes act on the caller's own license, and a token has none. It is valid all the same, so 403 and not 401.
        if (access == Access.License)
        {
            throw new ProblemException(new Problem(
                ProblemCode.Forbidden, "A token may not do this; it takes the key of the license: Authorization: License <key>."));
        }

        if (!Has(grant, access))
        {
            throw new ProblemException(new Problem(ProblemCode.Forbidden, $"The token lacks the scope {ScopeFor(access)}."));
        }

        return new Caller { Grant = grant };
    }

    private async ValueTask<TokenGrant?> CheckExternalAsync(HttpContext http, string token, SecretHash hash)
    {
        _external.TryGet(hash, out var known);
        if (known is null)
        {
            failed.ThrowIfLimited(http);
        }

        if (externalTokens is null)
        {
            return null;
        }

        var grant = await externalTokens.FindAsync(token, http.RequestAborted).ConfigureAwait(false);
        if (grant is null)
        {
            _external.Remove(hash);
        }
        else
        {
            _external.Set(hash, grant);
        }

        return grant;
    }

    private static bool Has(TokenGrant grant, Access access) => access switch
    {
        Access.Ingest => grant.Scopes.Contains(Scopes.Ingest),
        Access.Read => grant.Scopes.Contains(Scopes.Read) || grant.Scopes.Contains(Scopes.Manage),
        _ => grant.Scopes.Contains(Scopes.Manage),
    };

    private static string ScopeFor(Access access) => access switch
    {
        Access.Ingest => Scopes.Ingest,
        Access.Read => Scopes.Read,
        _ => Scopes.Manage,
    };
}
