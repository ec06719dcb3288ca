using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Metering.Tests.Support;

/// <summary>
/// Runs properties over samples. The seed is fixed, so that a run repeats the last one; <c>METERING_TEST_SEED</c> sets another.
/// <c>METERING_TEST_SAMPLES</c> sets the most samples of a property: mutation testing runs each property hundreds of times.
/// A failure names the seed, and the smallest sample that was found to fail.
/// </summary>
internal static class Samples
{
    private const ulong DefaultSeed = 20261121;

    /// <summary>Amounts with up to 15 digits before and 9 after the point, small ones as often as large ones.</summary>
    public static Gen<decimal> Amounts =>
        from digits in Gen.Choose(0, 15)
        from fraction in Gen.Choose(0, 9)
        from high in Gen.Choose(0, 999_999_999)
        from low in Gen.Choose(0, 999_999_999)
        from parts in Gen.Choose(0, 999_999_999)
        select Compose(digits, fraction, high, low, parts);

    public static void Check<T>(string name, int count, Gen<T> samples, Action<T> property, Func<T, IEnumerable<T>>? shrink = null)
    {
        var seed = Environment.GetEnvironmentVariable("METERING_TEST_SEED") is { } given
            ? ulong.Parse(given, CultureInfo.InvariantCulture)
            : DefaultSeed;
        var most = Environment.GetEnvironmentVariable("METERING_TEST_SAMPLES") is { } limit
            ? int.Parse(limit, CultureInfo.InvariantCulture)
            : int.MaxValue;
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(Math.Min(count, most))
            .WithQuietOnSuccess(true)
            .WithName($"{name}, METERING_TEST_SEED={seed}")
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed), FSharpOption<int>.None)));
        var arbitrary = Arb.From(samples, shrink ?? (_ => []));
        Prop.ForAll(arbitrary, property).Check(config);
    }

    private static decimal Compose(int digits, int fraction, int high, int low, int parts)
    {
        var whole = ((high * 1_000_000_000m) + low) % Power(digits);
        return whole + (parts % Power(fraction) / Power(fraction));
    }

    private static decimal Power(int digits)
    {
        var power = 1m;
        for (var i = 0; i < digits; i++)
        {
            power *= 10;
        }

        return power;
    }
}
