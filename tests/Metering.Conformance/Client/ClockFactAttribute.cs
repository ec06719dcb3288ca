namespace Metering.Conformance.Client;

/// <summary>A test that needs the host's test clock; skipped where <c>METERING_NO_TEST_CLOCK</c> is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClockFactAttribute : FactAttribute
{
    public ClockFactAttribute()
    {
        if (MeteringHost.Variable("METERING_NO_TEST_CLOCK") == "1")
        {
            Skip = "the host has no test clock (METERING_NO_TEST_CLOCK=1)";
        }
    }
}
