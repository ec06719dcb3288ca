namespace Metering.Benchmarks;

/// <summary>What <c>load</c> was asked for.</summary>
internal sealed record ComparisonOptions(
    TimeSpan Time, TimeSpan WarmUp, int Rounds, int Connections, int Licenses, string Rows, string Directory);
