namespace Metering;

/// <summary>Sum of deltas, each above zero: the one type whose use to come can be foreseen, and so be cut and held.</summary>
internal sealed class Counter : SpentUse
{
    public override bool CanBeCut => true;

    public override bool CanBeHeld => true;

    // What comes late from before the reset counts in the part of the period that the reset closed.
    public override MeterState Reset(MeterState meter, decimal used, DateTimeOffset now) => meter;

    protected override string? Fault(decimal given) => given > 0 ? null : "must be above zero";

    protected override Step Read(Change change, MeterState meter, Use use, DateTimeOffset at, string? name) =>
        new(meter, use.Given);
}
