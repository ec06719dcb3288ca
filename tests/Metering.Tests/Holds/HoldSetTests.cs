using System.Text.Json;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Holds;

/// <summary>A set of holds answers as a plain list of them would, however it came about.</summary>
public sealed class HoldSetTests
{
    private const int Count = 60;
    private static readonly DateTimeOffset Begin = At("2026-01-01");

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(37)]
    public void Holds_that_come_in_any_order_are_found_in_that_of_their_ends(int step)
    {
        // Steps that share no factor with the count come to each number once: rising, mixed, and nearly falling.
        var holds = new List<HoldState>();
        var set = HoldSet.Empty;
        for (var i = 0; i < Count; i++)
        {
            var hold = Hold(i * step % Count);
            holds.Add(hold);
            set = set.With(hold);
            Agree(holds, set);
        }

        Agree(holds, HoldSet.Of(holds));
        for (var i = 0; i < Count; i += 3)
        {
            // Of another length, so that a hold moves; and closed ones move to the others of their kind.
            var moved = holds[i] with { ExpiresAt = holds[i].ExpiresAt.AddSeconds(95), Left = holds[i].Left + 1, Closed = i % 2 == 0 };
            holds[i] = moved;
            set = set.With(moved);
            Agree(holds, set);
        }

        while (holds.Count > 0)
        {
            var gone = holds[holds.Count * step % holds.Count / 2];
            holds.Remove(gone);
            set = set.Without(gone.Id);
            Agree(holds, set);
        }

        Assert.Same(set, set.Without("none"));
    }

    [Fact]
    public void A_hold_that_keeps_its_place_takes_the_one_before_it_out()
    {
        var set = HoldSet.Empty.With(Hold(1)).With(Hold(2)).With(Hold(1) with { Left = 100, FeatureCode = "other" });
        Assert.Equal((2, 0m, 100m), (set.Count, set.LeftAt("a1", Begin), set.LeftAt("other", Begin)));
    }

    [Fact]
    public void Stored_holds_are_read_as_they_were()
    {
        HoldState[] holds = [Hold(3), Hold(1), Hold(2) with { Closed = true }];
        var text = JsonSerializer.Serialize(HoldSet.Of(holds), MeteringJson.Default.HoldSet);
        Agree([.. holds], JsonSerializer.Deserialize(text, MeteringJson.Default.HoldSet)!);
        Assert.Same(HoldSet.Empty, JsonSerializer.Deserialize("[]", MeteringJson.Default.HoldSet));
        foreach (var wrong in new[] { "{}", "[null]", "7" })
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(wrong, MeteringJson.Default.HoldSet));
        }
    }

    private static HoldState Hold(int number) => new()
    {
        Id = "res_" + number,
        FeatureCode = "a" + (number % 2),
        Left = number + 1,
        CreatedAt = Begin,
        // Three end at the same time each.
        ExpiresAt = Begin.AddSeconds(10 + (number / 3 * 3)),
    };

    private static void Agree(List<HoldState> holds, HoldSet set)
    {
        var sorted = holds.OrderBy(hold => hold.ExpiresAt).ThenBy(hold => hold.Id, StringComparer.Ordinal).ToList();
        var open = sorted.FindAll(hold => !hold.Closed);
        Assert.Equal(open.Concat(sorted.Where(hold => hold.Closed)), set);
        Assert.Equal((holds.Count, open.FirstOrDefault()?.ExpiresAt), (set.Count, set.NextExpiry));
        foreach (var at in new[] { 0, 10, 25, 26, 40, 70, 200 }.Select(seconds => Begin.AddSeconds(seconds)))
        {
            var left = open.FindAll(hold => hold.ExpiresAt > at);
            Assert.Equal(left.Count, set.OpenAt(at));
            Assert.Equal(left.Where(hold => hold.FeatureCode == "a0").Sum(hold => hold.Left), set.LeftAt("a0", at));
            Assert.Equal(left.Where(hold => hold.FeatureCode == "a1").Sum(hold => hold.Left), set.LeftAt("a1", at));
            Assert.Equal(open.FirstOrDefault(hold => hold.ExpiresAt <= at), set.FirstOver(at));
        }
    }
}
