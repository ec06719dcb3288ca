namespace Metering.Server.Hosting;

/// <summary>What a token may be allowed to do.</summary>
internal static class TokenScopes
{
    internal static readonly string[] All = ["ingest", "read", "manage"];

    /// <summary>Whether there is at least one scope and every one is known.</summary>
    internal static bool AreKnown(IReadOnlyCollection<string> scopes) => scopes.Count > 0 && scopes.All(All.Contains);
}
