using FsCheck;
using FsCheck.Fluent;

namespace Metering.Tests.Properties;

/// <summary>A random license and what happens to it.</summary>
/// <param name="Seed">Chooses the license's features and terms.</param>
/// <param name="Steps">What happens, in order.</param>
internal sealed record History(int Seed, Step[] Steps)
{
    private const int Longest = 60;

    public static Gen<History> Any => Of(Longest);

    public static Gen<History> Of(int steps) =>
        from seed in Gen.Choose(0, 1_000_000)
        from list in Gen.ArrayOf(AnyStep, steps)
        select new History(seed, list);

    private static Gen<Step> AnyStep =>
        from verb in Gen.Choose(0, 99)
        from which in Gen.Choose(0, 999)
        from size in Gen.Choose(0, 999)
        from detail in Gen.Choose(0, 999)
        from wait in Gen.Choose(0, 9_999)
        select new Step(verb, which, size, detail, wait);

    /// <summary>Shorter histories: without a half, a quarter, …, a single step.</summary>
    public IEnumerable<History> Shorter()
    {
        for (var length = Steps.Length / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= Steps.Length; at += length)
            {
                yield return this with { Steps = [.. Steps[..at], .. Steps[(at + length)..]] };
            }
        }
    }

    /// <summary>As it is shown when a property fails: what was done, in words.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Playing.Tell(this));
}
