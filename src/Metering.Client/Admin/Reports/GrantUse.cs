namespace Metering.Client.Admin;

/// <summary>What a line used of one grant.</summary>
public sealed record GrantUse
{
    /// <summary>The grant; null: several together, because there were too many to be kept apart (<c>period_grants</c>).</summary>
    public string? GrantId { get; init; }

    /// <summary>Units that it covered.</summary>
    public decimal Used { get; init; }
}
