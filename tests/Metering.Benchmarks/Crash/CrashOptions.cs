namespace Metering.Benchmarks;

/// <summary>What <c>crash</c> was asked for.</summary>
/// <param name="Kills">How often the host is killed.</param>
/// <param name="Licenses">Licenses that the load is spread over.</param>
/// <param name="Callers">Requests under way at the same time.</param>
/// <param name="MaxLoad">The host is killed at a random moment until so long after its first answer.</param>
/// <param name="Seed">From what amounts and moments are drawn.</param>
internal sealed record CrashOptions(int Kills, int Licenses, int Callers, TimeSpan MaxLoad, int Seed);
