namespace Metering.Conformance.Client;

/// <summary>
/// A test that needs tokens with one scope each. The in-process server has them; a host at <c>METERING_BASE_URL</c> gives them in
/// <c>METERING_READ_TOKEN</c> and <c>METERING_INGEST_TOKEN</c>, or the test is skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScopedTokensFactAttribute : FactAttribute
{
    public ScopedTokensFactAttribute()
    {
        if (
            MeteringHost.IsElsewhere && (MeteringHost.Variable("METERING_READ_TOKEN") is null
                || MeteringHost.Variable("METERING_INGEST_TOKEN") is null))
        {
            Skip = "METERING_READ_TOKEN and METERING_INGEST_TOKEN are not set";
        }
    }
}
