using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests.Webhooks;

public sealed class WebhookChangeTests
{
    private const string Body = """{"url":"https://hooks.example.com/a","events":["overage"]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_webhook_that_is_made_again_is_the_same_and_does_not_show_its_secret(bool answerWasLost)
    {
        await using var host = await MemoryHost.StartAsync();
        var first = await host.SendAsync("POST", "/api/v1/webhooks", Body, headers: ("Idempotency-Key", "w1"));
        Assert.StartsWith("whsec_", first.Text("secret"), StringComparison.Ordinal);
        if (answerWasLost)
        {
            host.Directory.ForgetAnswers();
        }

        var again = await host.SendAsync("POST", "/api/v1/webhooks", Body, headers: ("Idempotency-Key", "w1"));

        Assert.Equal((201, "true", first.Text("id"), JsonValueKind.Null),
            (again.Status, again.Header("Idempotency-Replayed"), again.Text("id"), again.Json.GetProperty("secret").ValueKind));
        Assert.Single((await host.SendAsync("GET", "/api/v1/webhooks")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(422, (await host.SendAsync("POST", "/api/v1/webhooks", """{"url":"https://hooks.example.com/b"}""", headers: ("Idempotency-Key", "w1"))).Status);
        Assert.DoesNotContain(host.Directory.Remembered, request => request.Body.Contains("whsec_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_webhook_that_was_deleted_halfway_loses_its_deliveries_when_it_is_deleted_again()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.Webhooks.AddDeliveryAsync(
            new Delivery
            {
                Id = "dlv_1", WebhookId = "whk_gone", MessageId = "msg_1", Type = "overage", LicenseId = "lic_1", Body = "{}",
                CreatedAt = host.Clock.UtcNow,
            },
            default);

        var reply = await host.SendAsync("DELETE", "/api/v1/webhooks/whk_gone");

        Assert.Equal((404, ProblemCode.WebhookNotFound), (reply.Status, reply.Code));
        Assert.Null(await host.Webhooks.FindDeliveryAsync("whk_gone", "dlv_1", default));
    }

    [Fact]
    public async Task A_webhook_is_made_in_real_time_whatever_a_test_clock_says()
    {
        await using var host = await MemoryHost.StartAsync();
        host.Clock.UtcNow = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var before = UtcJsonConverter.WholeMilliseconds(TimeProvider.System.GetUtcNow());

        var made = await host.SendAsync("POST", "/api/v1/webhooks", Body);

        Assert.InRange(made.Json.GetProperty("created_at").GetDateTimeOffset(), before, TimeProvider.System.GetUtcNow());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_secret_is_rotated_once_by_one_request(bool answerWasLost)
    {
        await using var host = await MemoryHost.StartAsync();
        var id = (await host.SendAsync("POST", "/api/v1/webhooks", Body)).Text("id");
        var first = await host.SendAsync("PATCH", "/api/v1/webhooks/" + id, """{"rotate_secret":true}""", headers: ("Idempotency-Key", "w1"));
        if (answerWasLost)
        {
            host.Directory.ForgetAnswers();
        }

        var again = await host.SendAsync("PATCH", "/api/v1/webhooks/" + id, """{"rotate_secret":true}""", headers: ("Idempotency-Key", "w1"));

        Assert.StartsWith("whsec_", first.Text("secret"), StringComparison.Ordinal);
        Assert.Equal(("true", JsonValueKind.Null), (again.Header("Idempotency-Replayed"), again.Json.GetProperty("secret").ValueKind));
        Assert.Equal(
            [first.Text("secret")],
            (await host.Webhooks.FindAsync(id, default))!.Secrets.Where(secret => secret.ExpiresAt is null).Select(secret => secret.Value));
    }

    [Fact]
    public async Task The_secrets_that_were_replaced_go_on_signing_for_as_long_as_they_were_told()
    {
        await using var host = await MemoryHost.StartAsync();
        var made = await host.SendAsync("POST", "/api/v1/webhooks", Body);
        var secrets = new List<string> { made.Text("secret") };
        for (var i = 0; i < Webhook.MaxSecrets; i++)
        {
            secrets.Insert(0, (await host.SendAsync("PATCH", "/api/v1/webhooks/" + made.Text("id"), """{"rotate_secret":true}""")).Text("secret"));
        }

        var kept = (await host.Webhooks.FindAsync(made.Text("id"), default))!.Secrets;

        Assert.Equal(secrets.Take(Webhook.MaxSecrets), kept.Select(secret => secret.Value));
        Assert.Null(kept[0].ExpiresAt);
        Assert.All(kept.Skip(1), secret => Assert.NotNull(secret.ExpiresAt));
    }

    [Fact]
    public async Task A_change_names_what_it_changes_and_leaves_the_rest_as_others_have_made_it()
    {
        await using var host = await MemoryHost.StartAsync();
        var made = await host.SendAsync("POST", "/api/v1/webhooks", Body);
        var path = "/api/v1/webhooks/" + made.Text("id");
        await Task.WhenAll(
            Task.Run(() => host.SendAsync("PATCH", path, """{"url":"https://hooks.example.com/b"}""")),
            Task.Run(() => host.SendAsync("PATCH", path, """{"events":["level_changed"]}""")),
            Task.Run(() => host.SendAsync("PATCH", path, """{"rotate_secret":true}""")),
            Task.Run(() => host.SendAsync("PATCH", path, """{"enabled":false}""")));

        var webhook = (await host.Webhooks.FindAsync(made.Text("id"), default))!;

        Assert.Equal(("https://hooks.example.com/b", SignalType.LevelChanged, 2, "An operator disabled it."),
            (webhook.Url, webhook.Events.Single(), webhook.Secrets.Length, webhook.DisabledReason));
        Assert.Equal(404, (await host.SendAsync("PATCH", "/api/v1/webhooks/whk_none", "{}")).Status);
    }

    [Fact]
    public async Task No_more_webhooks_are_made_than_there_may_be()
    {
        await using var host = await MemoryHost.StartAsync();
        for (var i = 0; i < Webhook.MaxCount; i++)
        {
            Assert.Equal(201, (await host.SendAsync("POST", "/api/v1/webhooks", Body)).Status);
        }

        Assert.Equal((409, RefusalCode.LimitReached), await CodeAsync());

        async Task<(int Status, string Code)> CodeAsync()
        {
            var reply = await host.SendAsync("POST", "/api/v1/webhooks", Body);
            return (reply.Status, reply.Code);
        }
    }
}
