namespace Metering.Client.Admin;

/// <summary>One balance in a statement.</summary>
public sealed record StatementBalance
{
    /// <summary>What the credit is counted in.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit at the beginning.</summary>
    public decimal Opening { get; init; }

    /// <summary>Credit that was put in.</summary>
    public decimal Granted { get; init; }

    /// <summary>Credit that use drew.</summary>
    public decimal Used { get; init; }

    /// <summary>Credit that corrections of use gave back.</summary>
    public decimal Adjusted { get; init; }

    /// <summary>Credit that an operator took out.</summary>
    public decimal Withdrawn { get; init; }

    /// <summary>Credit at the end.</summary>
    public decimal Left { get; init; }
}
