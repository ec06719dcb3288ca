namespace Metering;

/// <summary>How a balance stands, in a usage answer.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Available">Credit that may be spent now.</param>
public sealed record BalanceView(string Unit, decimal Available);
