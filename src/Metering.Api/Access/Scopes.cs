namespace Metering.Api;

/// <summary>What tokens may do.</summary>
public static class Scopes
{
    /// <summary>Send events.</summary>
    public const string Ingest = "ingest";

    /// <summary>Read everything.</summary>
    public const string Read = "read";

    /// <summary>Read and change everything.</summary>
    public const string Manage = "manage";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Ingest, Read, Manage];
}
