namespace Metering.Reports;

/// <summary>
/// What was put into a prepaid balance in a span, and where it went:
/// <c>opening + granted − used + adjusted − withdrawn = left</c>, to the last digit.
/// </summary>
/// <param name="Unit">What the credit is counted in.</param>
/// <param name="Opening">Credit at the beginning.</param>
/// <param name="Granted">Credit that was put in.</param>
/// <param name="Used">Credit that use drew.</param>
/// <param name="Adjusted">Credit that corrections of use gave back.</param>
/// <param name="Withdrawn">Credit that an operator took out.</param>
/// <param name="Left">Credit at the end.</param>
public sealed record BalanceStatement(
    string Unit, decimal Opening, decimal Granted, decimal Used, decimal Adjusted, decimal Withdrawn, decimal Left);
