namespace Metering.Api.Tests.Webhooks;

public sealed class DeliveryScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Over = TimeSpan.FromHours(24);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(5, 80)]
    [InlineData(11, 5120)]
    [InlineData(12, 7200)]
    [InlineData(1000, 7200)]
    public void Waits_double_from_five_seconds_to_two_hours(int attempts, int seconds) =>
        Assert.Equal(Start.AddSeconds(seconds), DeliverySchedule.Next(attempts, Start, Start, Over, chance: 0.5));

    [Fact]
    public void Chance_spreads_a_wait_by_a_fifth_to_either_side()
    {
        Assert.Equal(Start.AddSeconds(4), DeliverySchedule.Next(1, Start, Start, Over, chance: 0));
        Assert.True(DeliverySchedule.Next(1, Start, Start, Over, chance: 0.999) < Start.AddSeconds(6));
    }

    [Fact]
    public void A_delivery_is_given_up_when_it_has_been_tried_for_long_enough()
    {
        var attempts = 0;
        DateTimeOffset? now = Start;
        while (now is { } at)
        {
            attempts++;
            now = DeliverySchedule.Next(attempts, Start, at, Over, chance: 0.5);
            Assert.True(now is null || now - Start <= Over);
        }

        Assert.InRange(attempts, 15, 30);
    }

    [Fact]
    public void No_wait_is_longer_than_the_longest()
    {
        Assert.True(DeliverySchedule.Next(1000, Start, Start, Over, chance: 0.999) <= Start + DeliverySchedule.MaxWait);
        Assert.True(DeliverySchedule.Next(1000, Start, Start, Over, chance: 0.999) > Start + (DeliverySchedule.MaxWait * 0.99));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(-2, 0)]
    [InlineData(3, 3)]
    [InlineData(-3, -3)]
    [InlineData(80_000, 80_000)]
    public void An_attempt_that_comes_far_from_its_time_moves_the_beginning_of_the_hours(int hours, int moved)
    {
        var planned = Start.AddHours(1);

        Assert.Equal(Start.AddHours(moved), DeliverySchedule.CountsFrom(Start, planned, planned.AddHours(hours), Over));
        Assert.Equal(Start, DeliverySchedule.CountsFrom(Start, null, planned.AddHours(hours), Over));
    }
}
