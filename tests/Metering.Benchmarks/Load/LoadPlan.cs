namespace Metering.Benchmarks;

/// <summary>What a run of the client is to do.</summary>
/// <param name="Url">The host.</param>
/// <param name="Path">The path to post to.</param>
/// <param name="Licenses">Keys of the licenses, one of which each request takes: at random, or in turn.</param>
/// <param name="Connections">Connections, each with one request under way at a time.</param>
/// <param name="WarmUp">How long requests are sent before they are measured.</param>
/// <param name="Time">How long they are measured.</param>
/// <param name="IdempotencyRun">Begins the idempotency keys; null: none are sent.</param>
internal sealed record LoadPlan(
    Uri Url, string Path, byte[][] Licenses, int Connections, TimeSpan WarmUp, TimeSpan Time, string? IdempotencyRun)
{
    /// <summary>Whether requests take the licenses in turn, so that each gets its share.</summary>
    public bool InTurn { get; init; }
}
