namespace Metering;

/// <summary>Sum of signed deltas, never below zero: jobs that start and end.</summary>
internal sealed class UpDown : StandingLevel
{
    protected override string? Fault(decimal given) => given != 0 ? null : "must not be zero";

    protected override Step Read(Change change, MeterState meter, Use use, DateTimeOffset at, string? name) =>
        new(meter, use.Given);
}
