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
        Assert.Equal(Start.AddSeconds(seconds), DeliverySchedule.Next(attempts, TimeSpan.Zero, Start, Over, chance: 0.5));

    [Fact]
    public void Chance_spreads_a_wait_by_a_fifth_to_either_side()
    {
        Assert.Equal(Start.AddSeconds(4), DeliverySchedule.Next(1, TimeSpan.Zero, Start, Over, chance: 0));
        Assert.True(DeliverySchedule.Next(1, TimeSpan.Zero, Start, Over, chance: 0.999) < Start.AddSeconds(6));
    }

    [Fact]
    public void A_delivery_is_given_up_when_it_has_been_tried_for_long_enough()
    {
        var attempts = 0;
        DateTimeOffset? now = Start;
        while (now is { } at)
        {
            attempts++;
            now = DeliverySchedule.Next(attempts, at - Start, at, Over, chance: 0.5);
            Assert.True(now is null || now - Start <= Over);
        }

        Assert.InRange(attempts, 15, 30);
    }

    [Fact]
    public void No_wait_is_longer_than_the_longest()
    {
        Assert.True(DeliverySchedule.Next(1000, TimeSpan.Zero, Start, Over, chance: 0.999) <= Start + DeliverySchedule.MaxWait);
        Assert.True(DeliverySchedule.Next(1000, TimeSpan.Zero, Start, Over, chance: 0.999) > Start + (DeliverySchedule.MaxWait * 0.99));
    }
}
