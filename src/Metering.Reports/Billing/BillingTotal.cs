namespace Metering.Reports;

/// <summary>What the lines in one currency or unit come to.</summary>
/// <param name="Unit">The currency or unit.</param>
/// <param name="Cost">What they cost.</param>
/// <param name="CreditDrawn">The part of it that was drawn from balances, of the lines that tell it.</param>
/// <param name="Lines">How many lines there are.</param>
public sealed record BillingTotal(string Unit, decimal Cost, decimal CreditDrawn, int Lines);
