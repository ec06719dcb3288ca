using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests.Webhooks;

/// <summary>Messages that are sent on request, and the request once more after its answer was lost.</summary>
public sealed class DeliveryRepeatTests
{
    [Fact]
    public async Task A_message_is_sent_once_although_its_answer_was_lost()
    {
        await using var host = await MemoryHost.StartAsync();
        var hook = (await host.SendAsync("POST", "/api/v1/webhooks", """{"url":"https://hooks.example.com/a"}""")).Text("id");
        var path = "/api/v1/webhooks/" + hook;

        var test = await TwiceAsync(path + "/test");
        var again = await TwiceAsync($"{path}/deliveries/{test.Text("id")}/redeliver");

        Assert.Equal(test.Text("message_id"), again.Text("message_id"));
        Assert.Equal(2, (await host.Webhooks.DeliveriesAsync(hook, null, 10, default)).Items.Count);

        async Task<Reply> TwiceAsync(string to)
        {
            var first = await host.SendAsync("POST", to, headers: ("Idempotency-Key", "k"));
            host.Directory.ForgetAnswers();
            var second = await host.SendAsync("POST", to, headers: ("Idempotency-Key", "k"));
            Assert.Equal((202, 202, "true"), (first.Status, second.Status, second.Header("Idempotency-Replayed")));
            Assert.Equal(first.Json.GetRawText(), second.Json.GetRawText());
            return first;
        }
    }

    [Fact]
    public async Task A_message_that_the_first_request_failed_to_send_is_sent_by_the_repeat()
    {
        await using var host = await MemoryHost.StartAsync();
        var hook = (await host.SendAsync("POST", "/api/v1/webhooks", """{"url":"https://hooks.example.com/a"}""")).Text("id");
        host.Webhooks.DeliveryFault = new StoreUnavailableException("The disk is full.");
        var failed = await host.SendAsync("POST", $"/api/v1/webhooks/{hook}/test", headers: ("Idempotency-Key", "k"));

        var sent = await host.SendAsync("POST", $"/api/v1/webhooks/{hook}/test", headers: ("Idempotency-Key", "k"));

        Assert.Equal((503, 202), (failed.Status, sent.Status));
        Assert.Equal(sent.Text("id"), Assert.Single((await host.Webhooks.DeliveriesAsync(hook, null, 10, default)).Items).Id);
    }
}
