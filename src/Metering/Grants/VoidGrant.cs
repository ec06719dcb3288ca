namespace Metering;

/// <summary>Take back what is left of a grant.</summary>
public sealed record VoidGrant : Command
{
    /// <summary>Which one, as <see cref="GrantState.Id"/> has it.</summary>
    public required string GrantId { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
