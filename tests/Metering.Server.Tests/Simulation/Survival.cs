namespace Metering.Server.Tests.Simulation;

/// <summary>How a power failure falls upon writes that no sync has made durable. The extremes come as often as what lies between.</summary>
internal readonly struct Survival(Random random)
{
    private readonly int _kind = random.Next(6);
    private readonly double _cut = random.NextDouble();

    /// <summary>The fate of one of a file's writes, in their order.</summary>
    internal Fate Of(Random random, int index, int count) => _kind switch
    {
        0 => Fate.Lost,
        1 => Fate.Whole,
        2 => random.Next(2) == 0 ? Fate.Whole : Fate.Lost,
        3 => (Fate)random.Next(3),

        // As far as a point in time, where it is torn.
        4 => index.CompareTo((int)(_cut * count)) switch { < 0 => Fate.Whole, 0 => Fate.Torn, _ => Fate.Lost },

        // All but the first ones: reordered.
        _ => index < (int)(_cut * count) ? Fate.Lost : Fate.Whole,
    };
}
