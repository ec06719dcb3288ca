using System.Buffers.Text;
using System.Security.Cryptography;

namespace Metering.Api;

/// <summary>The one place that makes tokens, for hosts and their commands too.</summary>
public static class NewToken
{
    private const int SecretBytes = 32;

    /// <summary>What a caller shows: <c>mt_</c> and 32 random bytes.</summary>
    // 256 random bits: nobody guesses one, so a plain hash of it can be kept.
    public static string Secret() => "mt_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What is wrong with a request for a token; nothing: it may be made.</summary>
    public static IReadOnlyList<FieldError> ErrorsOf(TokenRequest request) => Check(request).Found;

    /// <summary>What is kept of a new token beside its hash.</summary>
    /// <param name="request">What was asked for, with nothing wrong in it.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="id">Its id; null: a new one.</param>
    public static TokenRecord Record(TokenRequest request, DateTimeOffset now, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Record(request.Name!, ScopesOf(request), request.TenantId, now, id);
    }

    /// <summary>What is kept of a new token beside its hash.</summary>
    /// <param name="name">Its name in logs.</param>
    /// <param name="scopes">Its scopes.</param>
    /// <param name="tenantId">The only customer whose use it may send and read; null: every one's.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="id">Its id; null: a new one.</param>
    public static TokenRecord Record(
        string name, IReadOnlyList<string> scopes, string? tenantId, DateTimeOffset now, string? id = null) =>
        new(id ?? NewId.Token(), name, scopes, TokenSource.Stored, UtcJsonConverter.WholeMilliseconds(now)) { TenantId = tenantId };

    internal static FieldErrors Check(TokenRequest request)
    {
        var errors = new FieldErrors();
        errors.Require(request.Name is not null, "/name", "is required");
        Texts.OptionalName(errors, "/name", request.Name);
        var tenantId = Texts.OptionalId(errors, "/tenant_id", request.TenantId);
        var scopes = ScopesOf(request);
        if (errors.Require(Scopes.AreKnown(scopes), "/scopes", $"must name one or more of {string.Join(", ", Scopes.All)}"))
        {
            errors.Require(Scopes.FitTenant(scopes, tenantId), "/scopes", Scopes.NoManage);
        }

        return errors;
    }

    private static string[] ScopesOf(TokenRequest request) =>
        [.. (request.Scopes ?? []).Select(scope => scope ?? "").Distinct(StringComparer.Ordinal)];
}
