namespace Metering.Client.Admin;

/// <summary>What priced use is paid with.</summary>
/// <param name="Unit">The unit of the balance that it draws on, such as <c>USD</c>.</param>
public sealed record TermsPrice(string Unit);
