namespace Metering.Cli.Doctor;

/// <summary>What one look at a setup found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Status">How it is.</param>
/// <param name="Detail">What was seen, for people.</param>
/// <param name="Advice">What to do; null where there is nothing to do.</param>
internal sealed record Finding(string Check, FindingStatus Status, string Detail, string? Advice = null);
