namespace Metering;

/// <summary>Terms that were in effect when a period was closed in which late use may still count.</summary>
/// <param name="Number">Their number, see <see cref="MeterPast.TermsNumber"/>.</param>
/// <param name="Terms">The terms.</param>
public sealed record FormerTerms(int Number, Terms Terms);
