namespace Metering.Benchmarks;

/// <summary>The paths that are put under load.</summary>
internal static class Routes
{
    public const string Consume = "/api/v1/license/consume";
    public const string Events = "/api/v1/events";
    public const string Check = "/api/v1/license/check";
}
