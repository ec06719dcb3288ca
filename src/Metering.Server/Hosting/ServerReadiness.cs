using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Loops;

namespace Metering.Server.Hosting;

/// <summary>The server is ready when the engine counts, the clock is believed, and every background loop does its work.</summary>
internal sealed class ServerReadiness(MeterEngine engine, IMeterClock clock, LoopStatuses loops) : IReadiness
{
    /// <inheritdoc/>
    public async ValueTask<string?> WhyNotReadyAsync(CancellationToken cancellationToken) =>
        await engine.WhyNotReadyAsync(cancellationToken) ?? ClockFault.Of(clock) ?? loops.Fault;
}
