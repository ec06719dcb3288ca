using Metering.Conformance.Client;

namespace Metering.Conformance.Webhooks;

public sealed class WebhookTests : ContractTest
{
    [Fact]
    public async Task A_webhook_is_made_found_changed_and_deleted()
    {
        var made = await Meter.Post("/api/v1/webhooks", new { url = Anywhere(), events = new[] { "hold_expired", "webhook_disabled" } })
            .Is(201);
        var path = "/api/v1/webhooks/" + made.String("id");
        try
        {
            Assert.StartsWith("whsec_", made.String("secret"), StringComparison.Ordinal);
            var found = await Meter.Get(path).Is(200).Has("url", made.String("url")).Has("events.0", "hold_expired");
            var list = await Meter.Get("/api/v1/webhooks").Is(200);
            Assert.Contains(list.Items, item => item.GetProperty("id").GetString() == made.String("id"));
            Assert.DoesNotContain(made.String("secret"), found.Text + list.Text, StringComparison.Ordinal);

            var url = Anywhere();
            await Meter.Patch(path, new { url, events = new[] { "webhook_disabled" } }).Is(200).Has("url", url)
                .Has("events.0", "webhook_disabled");
            foreach (var field in new[] { "url", "events", "secret", "rotate_secret", "enabled" })
            {
                await Meter.Patch(path, $$"""{"{{field}}":null}""").RefusesField("/" + field);
            }
        }
        finally
        {
            await Meter.Delete(path).Is(204);
        }

        await Meter.Get(path).RefusesSomehow().Is(404);
        await Meter.Get(path + "/deliveries").RefusesSomehow().Is(404);
        await Meter.Delete(path).RefusesSomehow().Is(404);
    }

    [Theory]
    [InlineData("\"url\":null", "/url")]
    [InlineData("\"url\":5", "/url")]
    [InlineData("\"url\":\"\"", "/url")]
    [InlineData("\"url\":\"receiver\"", "/url")]
    [InlineData("\"url\":\"ftp://example.com/x\"", "/url")]
    [InlineData("\"url\":\"file:///etc/passwd\"", "/url")]
    [InlineData("\"url\":\"https://user:password@example.com/x\"", "/url")]
    [InlineData("\"url\":\"https://example.com/x\",\"events\":[\"no_such_event\"]", "/events/0")]
    [InlineData("\"url\":\"https://example.com/x\",\"events\":5", "/events")]
    [InlineData("\"url\":\"https://example.com/x\",\"secret\":\"short\"", "/secret")]
    [InlineData("\"url\":\"https://example.com/x\",\"secret\":\"whsec_!!!!\"", "/secret")]
    public async Task A_bad_webhook_is_refused(string fields, string pointer) =>
        await Meter.Post("/api/v1/webhooks", "{" + fields + "}").RefusesField(pointer);

    [Fact]
    public async Task A_webhook_that_is_not_there_is_404()
    {
        await Meter.Post("/api/v1/webhooks/no-such-webhook/test").RefusesSomehow().Is(404);
        await Meter.Patch("/api/v1/webhooks/no-such-webhook", "{}").RefusesSomehow().Is(404);
        await Meter.Post("/api/v1/webhooks/no-such-webhook/deliveries/no-such-delivery/redeliver").RefusesSomehow().Is(404);
    }

    // No message is sent there: no test that runs at the same time makes an event that these webhooks want.
    private static string Anywhere() => $"https://example.com/{Meter.Unique("hook")}";
}
