namespace Metering;

/// <summary>
/// Readings of a running total, as an electricity meter shows it: use is what came on top since the last reading. Each key is a source of
/// its own, with its own last reading, and one without a key is a source too.
/// </summary>
internal sealed class Total : SpentUse
{
    public override bool HasKeys => true;

    public override bool TakesReadings => true;

    public override decimal AskedByDefault(MeterState meter, string? key) => Readings.Last(meter, key)?.Value ?? 0;

    // The source goes on from where it is, so its last reading stays: the next one counts what has come since.
    public override MeterState Reset(MeterState meter, decimal used, DateTimeOffset now) => Removals.Forget(meter, now);

    protected override string? Fault(decimal given) => given >= 0 ? null : "must be zero or more";

    protected override Step Read(Change change, MeterState meter, Use use, DateTimeOffset at, string? name)
    {
        var (key, reading) = (use.Key, new Reading(use.Given, at, name));
        if (Readings.Last(meter, key) is not { } last)
        {
            // No key makes room here, unlike a gauge's at zero: without its last reading the next one of it would count whole again.
            return Readings.HasRoomFor(change, ref meter, key, reading)
                ? new Step(Readings.Keep(meter, key, reading), meter.Terms.FirstReading == FirstReading.Base ? 0 : reading.Value)
                : Step.TooManyKeys(meter);
        }

        if (reading.At < last.At)
        {
            // A reading from before the last one says nothing new, and is no restart.
            return new Step(meter, 0);
        }

        if (key == Readings.OtherKeys && reading.Value < last.Value)
        {
            // Several sources read under this name: a smaller reading is another source, and taken for a restart it would count whole each
            // time. So what is counted of them is what the largest adds: too little, never too much.
            return new Step(meter, 0);
        }

        // A source that shows less than before has started again from zero, so all that it shows is new.
        var delta = reading.Value >= last.Value ? reading.Value - last.Value : reading.Value;
        return new Step(Readings.Keep(meter, key, reading), delta);
    }
}
