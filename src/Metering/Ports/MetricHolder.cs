using System.Collections.Immutable;

namespace Metering;

/// <summary>A license that has or had a feature.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="Spans">When it had the feature, oldest first. A deleted license has none of its features any more.</param>
public sealed record MetricHolder(string LicenseId, DateTimeOffset CreatedAt, ImmutableArray<FeatureSpan> Spans)
{
    /// <summary>Whether it has the feature now.</summary>
    // Only the last span can be open: a new one begins when none is.
    public bool HasNow => !Spans.IsEmpty && Spans[^1].Until is null;

    /// <summary>
    /// Since when it has had the feature without a break, if it has it now and never lost it; else null. No event goes to a younger license
    /// that got the feature after that.
    /// </summary>
    public DateTimeOffset? HeldFrom => HasNow && Spans.Length == 1 ? Spans[0].From : null;
}
