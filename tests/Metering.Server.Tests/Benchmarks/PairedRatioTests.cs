using Metering.Benchmarks;

namespace Metering.Server.Tests.Benchmarks;

/// <summary>The statistics of the benchmarks' command <c>compare</c>.</summary>
public sealed class PairedRatioTests
{
    [Fact]
    public void Pairs_that_agree_have_their_ratio_and_no_error_however_fast_the_machine_was()
    {
        var (ratio, error) = PairedRatio.Of([(100, 110), (50, 55), (400, 440)]);

        Assert.Equal(1.1, ratio, 12);
        Assert.Equal(0, error, 12);
    }

    [Fact]
    public void The_ratio_is_the_geometric_mean_so_that_twice_and_half_are_the_same()
    {
        var (ratio, _) = PairedRatio.Of([(100, 200), (100, 50)]);

        Assert.Equal(1, ratio, 12);
    }

    [Fact]
    public void Turned_round_it_is_the_reciprocal_with_the_same_share_of_error()
    {
        (double One, double Other)[] pairs = [(100, 120), (90, 95), (110, 121), (105, 103)];

        var (ratio, error) = PairedRatio.Of(pairs);
        var (turned, errorTurned) = PairedRatio.Of(Array.ConvertAll(pairs, pair => (pair.Other, pair.One)));

        Assert.Equal(1 / ratio, turned, 12);
        Assert.Equal(error / ratio, errorTurned / turned, 12);
    }

    [Fact]
    public void The_standard_error_is_that_of_the_mean_of_the_logarithms()
    {
        // Logarithms 0, 0.1, 0.2, 0.3: mean 0.15, variance 0.05 / 3, of four pairs.
        var (ratio, error) = PairedRatio.Of([(1, 1), (1, Math.Exp(0.1)), (1, Math.Exp(0.2)), (1, Math.Exp(0.3))]);

        Assert.Equal(Math.Exp(0.15), ratio, 12);
        Assert.Equal(Math.Exp(0.15) * Math.Sqrt(0.05 / 3 / 4), error, 12);
    }

    [Fact]
    public void One_pair_has_no_error_that_anybody_could_know() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PairedRatio.Of([(100, 110)]));
}
