namespace Metering.Api;

/// <summary>Reads the <c>Idempotency-Key</c>.</summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";
    public const int MaxLength = 255;

    /// <summary>The key of a request; null when the route does not take one, or it may be absent and is.</summary>
    /// <exception cref="ProblemException">The key is absent and required, or not a key.</exception>
    public static string? Read(ApiCall call)
    {
        if (call.Route.Key == KeyUse.None)
        {
            return null;
        }

        var values = call.Http.Request.Headers[Header];
        // Two keys are refused below: by which of them the repeat will be recognized, nobody can know.
        var key = values.Count == 1 ? values[0] : null;
        if (string.IsNullOrEmpty(key) && values.Count <= 1)
        {
            return call.Route.Key == KeyUse.Optional
                ? null
                : throw new ProblemException(new Problem(
                    ProblemCode.IdempotencyKeyRequired,
                    $"The header {Header} is required: 1 to {MaxLength} visible ASCII characters, "
                    + "the same again when the request is repeated."));
        }

        if (key is null || key.Length > MaxLength || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ProblemException(new Problem(
                RefusalCode.InvalidRequest, $"The header {Header} must be given once and have 1 to {MaxLength} visible ASCII characters."));
        }

        return key;
    }

    /// <summary>By what a license recognizes a management call that comes again; null when it came without a key.</summary>
    /// <remarks>
    /// The key is prefixed by the route's name and a space, which no caller's key can have: it never meets a runtime key.
    /// </remarks>
    public static Once? OnceFor(ApiCall call, string? key, string bodyHash) =>
        key is null ? null : Once.ByKey($"{call.Route.Name} {key}", bodyHash);
}
