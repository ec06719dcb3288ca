namespace Metering;

/// <summary>Take back what is left of a grant.</summary>
public sealed record VoidGrant : Command
{
    /// <summary>The grant.</summary>
    public required string GrantId { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
