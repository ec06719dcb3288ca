namespace Metering.Client;

/// <summary>
/// What this client measures. Give the name to OpenTelemetry's <c>AddMeter</c> and <c>AddSource</c>. The page <c>docs/metrics.md</c> of the
/// project lists the instruments and spans, and how they may change.
/// </summary>
public static class MeteringTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Metering.Client";
}
