using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Json;

/// <summary>The converters of amounts, times and holds write what the base library would, and read back what they wrote.</summary>
public sealed class ConverterProperties
{
    private const int Cases = 1_000;
    private static readonly JsonSerializerOptions Amounts = new() { Converters = { new AmountJsonConverter() } };
    private static readonly JsonSerializerOptions Totals = new() { Converters = { new TotalJsonConverter() } };
    private static readonly JsonSerializerOptions Times = new() { Converters = { new UtcJsonConverter() } };

    private static Gen<DateTimeOffset> AnyTime =>
        from days in Gen.Choose(0, 365 * 7_000)
        from seconds in Gen.Choose(0, 86_399)
        from milliseconds in Gen.Choose(0, 999)
        from whole in Gen.Elements(true, false)
        select DateTimeOffset.UnixEpoch.AddDays(days).AddSeconds(seconds).AddMilliseconds(whole ? 0 : milliseconds);

    private static Gen<HoldState> AnyHold =>
        from number in Gen.Choose(0, 99)
        from amount in Samples.Amounts
        from left in Samples.Amounts
        from life in Gen.Choose(0, 10_000)
        from closed in Gen.Elements(true, false)
        from kind in Gen.Elements(HoldKind.Reservation, HoldKind.Lease)
        select new HoldState
        {
            Id = $"hold_{number}",
            Kind = kind,
            FeatureCode = "calls",
            Amount = amount,
            Left = left,
            CreatedAt = DateTimeOffset.UnixEpoch.AddDays(20_000),
            ExpiresAt = DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(life),
            Closed = closed,
        };

    [Fact]
    [Rule(1)]
    public void An_amount_is_written_as_its_digits_and_read_back_exactly() => Samples.Check("amounts", Cases, Samples.Amounts, amount =>
    {
        var digits = (amount / 1.000000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
        foreach (var options in new[] { Amounts, Totals })
        {
            var json = JsonSerializer.Serialize(amount, options);
            Assert.Equal(digits, json);
            Assert.Equal(amount, JsonSerializer.Deserialize<decimal>(json, options));
        }
    });

    [Fact]
    public void A_time_is_written_as_a_format_string_would_and_read_back() => Samples.Check("times", Cases, AnyTime, time =>
    {
        var json = JsonSerializer.Serialize(time, Times);
        var format = time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        Assert.Equal($"\"{time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)}\"", json);
        Assert.Equal(time, JsonSerializer.Deserialize<DateTimeOffset>(json, Times));
        Assert.Equal(json, JsonSerializer.Serialize(time.ToOffset(TimeSpan.FromHours(5.5)), Times));
    });

    [Fact]
    public void Holds_are_written_as_a_list_of_them_and_read_back_as_the_same_set() => Samples.Check(
        "holds", Cases / 10, Gen.ListOf(AnyHold), holds =>
        {
            var set = HoldSet.Of(holds.DistinctBy(hold => hold.Id));
            var json = JsonSerializer.Serialize(set, MeteringJson.Default.Options);
            Assert.Equal(
                $"[{string.Join(',', set.Select(hold => JsonSerializer.Serialize(hold, MeteringJson.Default.HoldState)))}]", json);
            Assert.Equal(set, JsonSerializer.Deserialize<HoldSet>(json, MeteringJson.Default.Options)!);
        });
}
