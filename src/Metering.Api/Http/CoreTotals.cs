namespace Metering.Api;

/// <summary>The cores of a license's machines, where one more machine would pass the limit.</summary>
/// <param name="TotalCores">Cores of all machines, this one included.</param>
/// <param name="MaxCores">The license's limit.</param>
/// <param name="Cores">This machine's cores.</param>
public sealed record CoreTotals(decimal TotalCores, decimal? MaxCores, decimal Cores);
