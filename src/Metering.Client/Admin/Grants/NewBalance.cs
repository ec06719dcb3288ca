using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>A prepaid account to be opened.</summary>
public sealed record NewBalance
{
    /// <summary>Its unit, such as <c>USD</c>. Required.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit to begin with; zero or more. Required.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    public bool? AllowOverage { get; init; }

    /// <summary>
    /// Below how much available credit <c>balance_low</c> is signalled, in the balance's unit; a tenth of the first amount where it is
    /// absent. With 0 there is none before credit is exhausted.
    /// </summary>
    public decimal? LowAt { get; init; }

    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
