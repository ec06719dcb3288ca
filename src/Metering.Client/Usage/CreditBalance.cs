namespace Metering.Client;

/// <summary>Prepaid credit.</summary>
/// <param name="Unit">Its unit, such as <c>USD</c>.</param>
/// <param name="Available">What may be spent now.</param>
public sealed record CreditBalance(string Unit, decimal Available);
