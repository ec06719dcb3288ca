namespace Metering.Api.Tests.Webhooks;

[Rule(11)]
public sealed class AttemptOutcomeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Webhook Tried = new() { Id = "whk_a", Url = "https://a.example/", CreatedAt = Now };

    private static readonly Delivery Waiting = new()
    {
        Id =
            "dlv_1", WebhookId =
                "whk_a", MessageId =
                    "msg_1", Type = "test", LicenseId = "lic_a", Body = "{}", NextAttemptAt = Now, LastError = "The receiver answered 500.",
    };

    private static readonly Delivery Failed = Waiting with { Status = DeliveryStatus.Failed, NextAttemptAt = null };

    [Fact]
    public void What_was_delivered_changes_nothing()
    {
        var delivered = Waiting with { Status = DeliveryStatus.Delivered, NextAttemptAt = null };

        var outcome = Of(Tried, delivered);

        Assert.Same(Tried, outcome.Webhook);
        Assert.Same(delivered, outcome.Delivery);
    }

    [Fact]
    public void A_delivery_that_is_given_up_disables_its_webhook()
    {
        var outcome = Of(Tried, Failed);

        Assert.Equal(("dlv_1", Now), (outcome.Webhook.DisabledBy, outcome.Webhook.DisabledAt));
        Assert.Contains("72 hours", outcome.Webhook.DisabledReason, StringComparison.Ordinal);
        Assert.Equal(DeliveryStatus.Failed, outcome.Delivery.Status);
    }

    [Fact]
    public void A_webhook_with_another_URL_by_now_stays_enabled_and_gets_the_delivery_at_once()
    {
        var moved = Tried with { Url = "https://b.example/" };

        var outcome = Of(moved, Failed with { FirstAttemptAt = Now.AddDays(-3) });

        Assert.Same(moved, outcome.Webhook);
        Assert.Equal((DeliveryStatus.Pending, Now), (outcome.Delivery.Status, outcome.Delivery.NextAttemptAt));
        Assert.Equal(Now, outcome.Delivery.FirstAttemptAt);
    }

    [Fact]
    public void A_webhook_that_is_disabled_already_keeps_its_first_reason()
    {
        var disabled = Tried.Disable("An operator disabled it.", Now.AddHours(-1)) with { Url = "https://b.example/" };

        var outcome = Of(disabled, Failed);

        Assert.Same(disabled, outcome.Webhook);
        Assert.Equal(DeliveryStatus.Failed, outcome.Delivery.Status);
    }

    [Theory]
    [InlineData("The receiver answered 500.", "The receiver answered 500.")]
    [InlineData(null, "An operator disabled it.")]
    public void What_was_under_way_when_its_webhook_was_disabled_is_given_up(string? lastError, string expected)
    {
        var outcome = Of(Tried.Disable("An operator disabled it.", Now), Waiting with { LastError = lastError });

        Assert.Equal((DeliveryStatus.Failed, expected), (outcome.Delivery.Status, outcome.Delivery.LastError));
        Assert.Null(outcome.Delivery.NextAttemptAt);
    }

    private static AttemptOutcome Of(Webhook present, Delivery attempted) => AttemptOutcome.Of(present, Tried, attempted, 72, Now);
}
