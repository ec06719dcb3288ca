namespace Metering.Api.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    // The example of the Standard Webhooks documentation.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string MessageId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = "{\"test\": 2432232314}";
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_published_example_gets_the_published_signature() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign([new WebhookSecret(Secret, null)], MessageId, SentAt, Body));

    [Fact]
    public void While_a_secret_is_replaced_both_sign_and_afterwards_only_the_new_one()
    {
        var added = WebhookSignature.NewSecret();
        WebhookSecret[] secrets = [new(added, null), new(Secret, SentAt.AddHours(1))];

        var during = WebhookSignature.Sign(secrets, MessageId, SentAt, Body).Split(' ');
        var after = WebhookSignature.Sign(secrets, MessageId, SentAt.AddHours(1), Body).Split(' ');

        Assert.Equal(2, during.Length);
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", during[1]);
        Assert.Single(after);
    }

    [Theory]
    [InlineData(Secret, true)]
    [InlineData("whsec_", false)]
    [InlineData("whsec_not base64!", false)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    public void A_secret_is_its_prefix_and_the_base64_of_24_bytes_or_more(string text, bool expected) =>
        Assert.Equal(expected, WebhookSignature.IsSecret(text));

    [Fact]
    public void A_new_secret_is_a_secret_and_never_the_same()
    {
        Assert.True(WebhookSignature.IsSecret(WebhookSignature.NewSecret()));
        Assert.NotEqual(WebhookSignature.NewSecret(), WebhookSignature.NewSecret());
    }
}
