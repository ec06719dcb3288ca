namespace Metering.Server.Demo;

/// <summary>
/// Numbers that look like chance and are the same every time: a demo that differs from start to start can't be documented.
/// </summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood, 2014). Not <see cref="Random"/>, whose numbers may change with the runtime.</remarks>
internal sealed class DemoChance
{
    private ulong state;

    /// <summary>One for each name and day, so that a line added to one tenant moves no other's numbers.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="day">Which day of the history.</param>
    internal DemoChance(string name, int day)
    {
        // FNV-1a, because a text's own hash differs from process to process.
        state = 14_695_981_039_346_656_037;
        foreach (var letter in name)
        {
            state = (state ^ letter) * 1_099_511_628_211;
        }

        state ^= (ulong)day * 0x9E37_79B9_7F4A_7C15;
    }

    /// <summary>A number from 0 up to, but not, 1.</summary>
    internal double Next()
    {
        state += 0x9E37_79B9_7F4A_7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A whole number from 0 up to, but not, a bound.</summary>
    internal int Below(int bound) => (int)(Next() * bound);
}
