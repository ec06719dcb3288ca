namespace Metering.Contracts;

/// <summary>What <see cref="IMeterClock"/> promises of a test clock.</summary>
public abstract class MeterClockContract(Func<ValueTask<PortsHost>> start) : PortContract<IMeterClock>(start)
{
    [Fact]
    public async Task It_stands_still_where_it_is_set_forward_and_backward()
    {
        Assert.True(Port.IsTestClock);
        foreach (var time in new[] { Start, Start.AddYears(1), Start.AddDays(-1) })
        {
            await Port.SetAsync(time, None);

            Assert.Equal(time, Port.UtcNow);
            Assert.Equal(time, Port.UtcNow);
        }
    }

    [Fact]
    public async Task It_is_in_utc_and_in_whole_milliseconds()
    {
        await Port.SetAsync(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345), None);

        Assert.Equal(new DateTimeOffset(2026, 3, 10, 10, 0, 0, 1, TimeSpan.Zero), Port.UtcNow);
        Assert.Equal(TimeSpan.Zero, Port.UtcNow.Offset);
    }

    [Fact]
    public async Task It_is_one_for_all_that_share_the_storage()
    {
        await Port.SetAsync(Start.AddDays(3), None);

        Assert.Equal(Start.AddDays(3), (await RestartAsync()).UtcNow);
    }
}
