namespace Metering.Tests.Evidence;

/// <summary>What was remembered is judged by what applied in its time, whatever the option is now.</summary>
public sealed class KeyMemoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    // The option is changed on day 20.
    [Theory]
    [InlineData(7, 35, 0, 6, false)]
    [InlineData(7, 35, 0, 7, true)]
    [InlineData(7, 35, 13, 21, true)]
    [InlineData(7, 35, 14, 21, false)]
    [InlineData(7, 35, 14, 48, false)]
    [InlineData(7, 35, 14, 49, true)]
    [InlineData(7, 35, 21, 55, false)]
    [InlineData(35, 7, 0, 19, false)]
    [InlineData(35, 7, 0, 20, true)]
    [InlineData(35, 7, 14, 20, false)]
    [InlineData(35, 7, 21, 28, true)]
    public void A_key_is_judged_by_what_applied_in_its_time(int before, int now, int counted, int at, bool isOver) => Assert.Equal(
        isOver,
        KeyMemory.Always(TimeSpan.FromDays(before)).Changed(TimeSpan.FromDays(now), Day(20)).WasOver(Day(counted), Day(at)));

    [Fact]
    public void Of_several_changes_the_shortest_counts_for_all_that_was_before()
    {
        var first = KeyMemory.Always(TimeSpan.FromDays(35)).Changed(TimeSpan.FromDays(7), Day(1));
        var same = first.Changed(TimeSpan.FromDays(7), Day(2));
        var last = same.Changed(TimeSpan.FromDays(35), Day(20)).Changed(TimeSpan.FromDays(40), Day(30));

        Assert.Equal(first, same);
        Assert.Equal(new KeyMemory(TimeSpan.FromDays(40), TimeSpan.FromDays(7), Day(30)), last);
    }

    private static DateTimeOffset Day(int day) => Start.AddDays(day);
}
