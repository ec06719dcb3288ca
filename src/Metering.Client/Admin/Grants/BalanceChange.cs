using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>What changes of a balance. What is null stays as it is.</summary>
public sealed record BalanceChange
{
    /// <summary>Whether priced use may take the balance below zero.</summary>
    public bool? AllowOverage { get; init; }

    /// <summary>
    /// Below how much available credit <c>balance_low</c> is signalled, in the balance's unit; zero or more. It is signalled again after
    /// a change, at once where less than that is available.
    /// </summary>
    public decimal? LowAt { get; init; }

    /// <summary>Why, in up to 500 characters. The customer sees it in the statement.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call it, such as a ticket or an invoice; up to 255 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>A JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }
}
