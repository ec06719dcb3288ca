using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Metering.Server.Hosting;
using Metering.Server.Tests.Support;
using Metering.Server.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Metering.Server.Tests.Webhooks;

public sealed class LockedWebhooksTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_file_that_cannot_be_used_is_told_as_a_storage_that_is_away_until_it_can()
    {
        using var folder = new DataFolder();
        var file = Path.Combine(folder.Path, "webhooks.db");
        using var store = new WebhookStore(file, lockWait: TimeSpan.Zero);
        var webhook = new Webhook { Id = "whk_0", Url = "https://hooks.example.com" };

        using (DataFolder.LockWrites(file))
        {
            var write = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.AddAsync(webhook, None));
            Assert.StartsWith($"{file} cannot be used (", write.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ListAsync(None));
            Assert.Throws<StoreUnavailableException>(() => store.Queue.ReadOutboxPosition());
        }

        Assert.NotNull(await store.AddAsync(webhook, None));
        Assert.Single(await store.ListAsync(None));
    }

    [Fact]
    public async Task A_caller_is_told_to_come_again_and_then_gets_the_answer()
    {
        const string Token = "a-token-for-webhooks";
        using var folder = new DataFolder();
        await using var app = MeteringServer.Build(
            ServerCommandLine.Parse(
                ["--urls", "http://127.0.0.1:0", "--data", folder.Path, "--Metering:BootstrapToken=" + Token, "--Logging:LogLevel:Default=None"]),
            services => services.AddSingleton(provider => provider.GetRequiredService<IOptions<ServerOptions>>().Value with
            {
                LockWait = TimeSpan.FromMilliseconds(5),
            }));
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First() + "/api/v1/webhooks") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        http.DefaultRequestHeaders.Add("Idempotency-Key", "one");

        using (DataFolder.LockWrites(Path.Combine(folder.Path, "webhooks.db")))
        {
            await AssertBusyAsync(await PostAsync());
            await AssertBusyAsync(await http.GetAsync(""));
        }

        Assert.Equal(201, (int)(await PostAsync()).StatusCode);
        var listed = await http.GetFromJsonAsync<JsonElement>("");
        Assert.Equal(1, listed.GetProperty("items").GetArrayLength());

        Task<HttpResponseMessage> PostAsync() => http.PostAsJsonAsync("", new { url = "https://hooks.example.com/" });
    }

    private static async Task AssertBusyAsync(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((503, "busy"), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}
