namespace Metering;

/// <summary>The latest reading; with keys, the sum of each key's latest: cores of each machine, seats of each user.</summary>
internal sealed class Gauge : StandingLevel
{
    public override bool HasKeys => true;

    public override bool TakesReadings => true;

    public override bool CanBeDecremented => false;

    public override decimal AskedByDefault(MeterState meter, string? key) => Readings.Last(meter, key)?.Value ?? 0;

    protected override string? Fault(decimal given) => given >= 0 ? null : "must be zero or more";

    protected override Step Read(Change change, MeterState meter, Use use, DateTimeOffset at, string? name)
    {
        var (key, reading) = (use.Key, new Reading(use.Given, at, name));
        var last = Readings.Last(meter, key);

        // The latest reading counts, not the one that came last: events may arrive in any order.
        if (reading.At < last?.At)
        {
            return new Step(meter, 0);
        }

        if (!Readings.HasRoomFor(change, ref meter, key, reading))
        {
            meter = RemoveZeros(meter, change);
            if (!Readings.HasRoomFor(change, ref meter, key, reading))
            {
                return Step.TooManyKeys(meter);
            }

            last = Readings.Last(meter, key);
        }

        if (last is null && key is not null)
        {
            // Only a reading from after its removal comes this far (Metric.Take), and it brings the key back.
            meter = Removals.Return(meter, key);
        }

        return new Step(Readings.Keep(meter, key, reading), reading.Value - (last?.Value ?? 0));
    }

    // Keys that read zero make room. They are removed as any other key: what they read before stays gone.
    private static MeterState RemoveZeros(MeterState meter, Change change) => Removals.Remove(
        meter,
        change,
        [.. Readings.Of(meter).Where(one => one.Value.Value == 0).Select(one => KeyValuePair.Create(one.Key, one.Value.At))]);
}
