namespace Metering.Server.Clock;

/// <summary>
/// The real time of all that does not go by the meter's clock, such as webhooks, also beside a test clock. It follows the machine's clock
/// as counting does: with a wrong one, receivers would refuse what is signed, and what is kept for some days would be forgotten.
/// </summary>
/// <param name="clock">The clock, with its rule for jumps.</param>
internal sealed class ServerTime(SystemMeterClock clock) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => clock.UtcNow;
}
