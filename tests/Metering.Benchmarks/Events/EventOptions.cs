namespace Metering.Benchmarks;

/// <summary>What <c>events</c> was asked for.</summary>
/// <param name="Licenses">Licenses that events are of.</param>
/// <param name="Events">Events in a request.</param>
/// <param name="Spread">How many licenses the events of one request are of.</param>
/// <param name="Producers">Senders, each with one request under way.</param>
/// <param name="WarmUp">How long it is sent before it is measured.</param>
/// <param name="Time">How long it is measured.</param>
internal sealed record EventOptions(int Licenses, int Events, int Spread, int Producers, TimeSpan WarmUp, TimeSpan Time);
