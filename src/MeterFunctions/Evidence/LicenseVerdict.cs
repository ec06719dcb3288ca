using Metering;

namespace MeterFunctions.Evidence;

/// <summary>What came of following one license.</summary>
/// <param name="State">Its state, as it was when the look at it began; null when there is none, or none that can be read.</param>
/// <param name="Differences">What differs, in words for an operator.</param>
/// <param name="HasState">Whether it has a row for a state.</param>
/// <param name="Unfollowed">Why it could not be followed, so that nothing is known of it; null when it was.</param>
internal sealed record LicenseVerdict(
    LicenseState? State, IReadOnlyList<string> Differences, bool HasState = true, string? Unfollowed = null);
