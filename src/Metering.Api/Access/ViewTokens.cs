using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>
/// View tokens: signed, short-lived, and good for reading one license and nothing else. Nothing is stored of them; every instance can check
/// them by the keys that sign leases.
/// </summary>
internal sealed class ViewTokens(
    ILeaseKeys keys, ILicenseDirectory directory, IMeterClock clock, FailedLogins failed, IOptions<ApiOptions> options)
{
    /// <summary>What they are for. A lease's token has no audience, and another type.</summary>
    public const string Audience = "license-view";

    private const string Type = "view+jwt";
    private const int MaxLength = 2_000;
    private const int MaxRemembered = 10_000;
    private const int GenerationLength = 16;

    private static readonly string Begin = Jwt.Prefix(Type);

    // That one is signed by us: a page that is open asks again and again, and a signature takes a tenth of a millisecond to check. All
    // else is asked each time.
    private readonly RecentCache<SecretHash, ViewClaims> _signed =
        new(MaxRemembered, TimeSpan.FromSeconds(options.Value.KeyCacheSeconds));

    /// <summary>Whether a bearer token is meant to be a view token.</summary>
    public static bool IsOne(string token) => token.StartsWith(Begin, StringComparison.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="license">The license that it is to show.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<ViewTokenAnswer> SignAsync(LicenseRecord license, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var key = (await keys.ReadAsync(cancellationToken).ConfigureAwait(false))[0];
        var now = clock.UtcNow.ToUnixTimeSeconds();
        var claims = new ViewClaims(
            options.Value.Issuer, Audience, license.Id, GenerationOf(license), now, now + (long)lifetime.TotalSeconds);
        var token = Jwt.Sign(key, Type, JsonSerializer.SerializeToUtf8Bytes(claims, ForeignJson.Default.ViewClaims));
        return new ViewTokenAnswer(token, CustomerPage.Address + "#token=" + token, DateTimeOffset.FromUnixTimeSeconds(claims.Exp));
    }

    /// <summary>The license that a token shows.</summary>
    /// <exception cref="ProblemException">
    /// 401: it is none of ours, it is over, or the license has another key since or was deleted. The last two are said, because only who
    /// was given the token can show it.
    /// </exception>
    public async ValueTask<string> LicenseOfAsync(HttpContext http, string token)
    {
        var claims = await ClaimsAsync(http, token).ConfigureAwait(false);
        var ends = DateTimeOffset.FromUnixTimeSeconds(claims.Exp);
        if (ends <= clock.UtcNow)
        {
            throw new ProblemException(new Problem(
                ProblemCode.ViewTokenExpired, $"The view token was good until {ends:yyyy-MM-dd HH:mm} UTC. Ask for a new one."));
        }

        // Each time: a key that was rotated ends the tokens that were made before it, on every instance at once.
        var license = await directory.FindAsync(claims.Sub, http.RequestAborted).ConfigureAwait(false);
        return license is { Deleted: false } && GenerationOf(license) == claims.Gen
            ? license.Id
            : throw new ProblemException(new Problem(
                ProblemCode.ViewTokenRevoked, "The license was deleted, or its key was changed since the view token was made. Ask for a new one."));
    }

    private async ValueTask<ViewClaims> ClaimsAsync(HttpContext http, string token)
    {
        var hash = SecretHash.Of(token);
        if (_signed.TryGet(hash, out var known))
        {
            return known!;
        }

        // One that was signed by us a while ago is checked again, whatever others at its address do.
        if (known is null)
        {
            failed.ThrowIfLimited(http);
        }

        var claims = token.Length > MaxLength
            ? null
            : Jwt.Claims(token, Type, await keys.ReadAsync(http.RequestAborted).ConfigureAwait(false));
        if (claims is null || JsonSerializer.Deserialize(claims, ForeignJson.Default.ViewClaims) is not { Aud: Audience } read
            || read.Iss != options.Value.Issuer)
        {
            _signed.Remove(hash);
            failed.Add(http, "no such view token");
            throw new ProblemException(Gate.Unauthenticated);
        }

        _signed.Set(hash, read);
        return read;
    }

    // Of the key's hash, which nobody is shown: a hash of that tells nothing of it.
    private static string GenerationOf(LicenseRecord license) => TextHash.Of("view " + license.KeyHash)[..GenerationLength];
}
