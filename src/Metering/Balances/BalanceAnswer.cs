using System.Collections.Immutable;

namespace Metering;

/// <summary>A balance and how it stands.</summary>
public sealed record BalanceAnswer : Answer
{
    /// <summary>What the credit is counted in, such as <c>USD</c> or <c>tokens</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit that is there.</summary>
    public decimal Amount { get; init; }

    /// <summary>The part that open holds set aside.</summary>
    public decimal Held { get; init; }

    /// <summary>Credit that may be spent now.</summary>
    public decimal Available { get; init; }

    /// <summary>How far the balance is below zero.</summary>
    public decimal Overage { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    public bool AllowOverage { get; init; }

    /// <summary>Whether priced use is refused.</summary>
    public bool Suspended { get; init; }

    /// <summary>All credit ever put in.</summary>
    public decimal Bought { get; init; }

    /// <summary>All credit ever drawn by priced use.</summary>
    public decimal Spent { get; init; }

    /// <summary>All credit ever withdrawn.</summary>
    public decimal Withdrawn { get; init; }

    /// <summary>Below how much available credit <c>balance_low</c> is signalled.</summary>
    public decimal LowAt { get; init; }

    /// <summary>How a balance stands.</summary>
    internal static BalanceAnswer Of(LicenseState state, BalanceState balance) => new()
    {
        Unit = balance.Unit,
        Amount = balance.Amount,
        Held = Credit.Held(state, balance.Unit),
        Available = Credit.Available(state, balance),
        Overage = Math.Max(0, -balance.Amount),
        AllowOverage = balance.AllowOverage,
        Suspended = balance.Suspended,
        Bought = balance.Bought,
        Spent = balance.Spent,
        Withdrawn = balance.Withdrawn,
        LowAt = balance.LowAt,
    };

    /// <summary>How every balance of the license stands.</summary>
    internal static ImmutableArray<BalanceAnswer> AllOf(LicenseState state) => [.. state.Balances.Select(balance => Of(state, balance))];
}
