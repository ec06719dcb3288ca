using Metering.Client.Admin;

namespace Metering.Client.Tests.Admin;

/// <summary>Which events of a batch must be sent again.</summary>
public sealed class UncountedEventTests
{
    [Theory]
    [InlineData("busy")]
    [InlineData("internal_error")]
    public void An_event_that_the_meter_could_not_take_now_and_did_not_keep_is_to_be_sent_again(string code) =>
        Assert.True(new UncountedEvent(1, "e", code, "Not now.", DeadLetterId: null).IsToBeSentAgain);

    [Theory]
    [InlineData(1, null, "invalid_request", null)]
    [InlineData(1, null, "invalid_request", "dl_1")]
    [InlineData(1, "e", "forbidden", null)]
    [InlineData(1, "e", "feature_not_assigned", "dl_1")]
    [InlineData(1, "e", "internal_error", "dl_1")]
    public void What_would_fail_again_is_not_sent_again(int index, string? id, string code, string? letter) =>
        Assert.False(new UncountedEvent(index, id, code, "It is wrong.", letter).IsToBeSentAgain);
}
