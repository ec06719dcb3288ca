using Metering.Api;

namespace Metering.Server.Hosting;

/// <summary>What the command line says; null or false where it says nothing.</summary>
/// <param name="Urls">Where to listen.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Demo">Whether to put demo data in.</param>
/// <param name="TestClock">Whether the clock may be set.</param>
/// <param name="ConfirmClock">What time it is, where the operator says so.</param>
/// <param name="Settings">Options of the configuration, as <c>--Section:Name=value</c>.</param>
internal sealed record ServerArguments(string? Urls, string? Data, bool Demo, bool TestClock, string? ConfirmClock, string[] Settings)
{
    /// <summary>What the named options come to in the configuration.</summary>
    internal Dictionary<string, string?> Configuration()
    {
        var values = new Dictionary<string, string?>();
        if (Data is not null)
        {
            values[$"{MeteringOptions.Section}:{nameof(ServerOptions.Data)}"] = Data;
        }

        if (Demo)
        {
            values[$"{MeteringOptions.Section}:{nameof(ServerOptions.Demo)}"] = "true";
        }

        if (TestClock)
        {
            values[$"{MeteringOptions.Section}:{nameof(MeteringOptions.TestClock)}"] = "true";
        }

        if (ConfirmClock is not null)
        {
            values[$"{MeteringOptions.Section}:{nameof(ServerOptions.ConfirmedTime)}"] = ConfirmClock;
        }

        return values;
    }
}
