using System.Text.Json;
using MeterFunctions.Tests.Hosting;
using Metering;
using Metering.Api;
using Microsoft.AspNetCore.Http;

namespace MeterFunctions.Tests.Ingest;

/// <summary>Retries of dead letters where a hub is configured.</summary>
[Collection(StorageCollection.Name)]
public sealed class RetriedLettersTests(Azurite azurite)
{
    private const string Token = "mt_retried_letters_and_forty_characters_000";
    private const string Metric = "exports";

    [Fact]
    [Rule(10)]
    public async Task A_letter_that_is_retried_counts_at_once_or_stays_and_nothing_goes_to_the_hub()
    {
        var hub = new HubInMemory();
        await using var app = await WithLettersAsync(hub, 1);
        var letter = Assert.Single(await LettersAsync(app));

        var (early, refusal) = await PostAsync(app, "RetryDeadLetter", letter.Id);
        Assert.Equal((400, "feature_not_assigned"), (early, refusal.GetProperty("code").GetString()));
        Assert.Equal(letter, Assert.Single(await LettersAsync(app)));

        await AssignAsync(app);
        var (counted, answer) = await PostAsync(app, "RetryDeadLetter", letter.Id);
        Assert.Equal((202, 1), (counted, answer.GetProperty("accepted").GetInt32()));
        Assert.Empty(await LettersAsync(app));
        Assert.Equal(1, await UsedAsync(app));
        Assert.Empty(hub.Sent);
    }

    [Fact]
    [Rule(10)]
    public async Task Letters_of_a_kind_that_are_retried_count_at_once_or_are_named_and_nothing_goes_to_the_hub()
    {
        var hub = new HubInMemory();
        await using var app = await WithLettersAsync(hub, 3);
        var letters = await LettersAsync(app);

        var (_, refusal) = await PostAsync(app, "RetryDeadLetters", null);
        Assert.Equal(0, refusal.GetProperty("accepted").GetInt32());
        Assert.Equal(
            letters.Select(letter => (letter.Id, "feature_not_assigned")),
            refusal.GetProperty("refused").EnumerateArray()
                .Select(one => (one.GetProperty("id").GetString()!, one.GetProperty("code").GetString()!)));
        Assert.Equal(letters, await LettersAsync(app));

        await AssignAsync(app);
        var (_, answer) = await PostAsync(app, "RetryDeadLetters", null);
        Assert.Equal((3, 0), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("refused").GetArrayLength()));
        Assert.Empty(await LettersAsync(app));
        Assert.Equal(3, await UsedAsync(app));
        Assert.Empty(hub.Sent);
    }

    private async Task<App> WithLettersAsync(HubInMemory hub, int count)
    {
        var app = new App(azurite, new() { ["Metering:BootstrapToken"] = Token }, events: hub);
        await app.Get<NotedMeters>().NoteAsync(await app.OpenAsync(), default);
        await HubMessages.BringAsync(app, Enumerable.Range(0, count).Select(i => HubMessages.Message(
            i, $$"""{"metric":"{{Metric}}","tenant_id":"tenant_1","quantity":1,"event_id":"evt_{{i}}"}""")));
        Assert.Equal(count, (await LettersAsync(app)).Count);
        return app;
    }

    private static async Task AssignAsync(App app)
    {
        var feature = new Feature { Code = Metric, Kind = FeatureKind.Metered, Metric = MetricType.Counter };
        var result = await app.Get<NotedMeters>().ApplyAsync(
            "lic_1", new AssignFeature { Feature = new FeatureTerms(feature, new Terms { Limit = 1000 }) }, null, default);
        Assert.Equal(ApplyStatus.Applied, result.Status);
    }

    private static async Task<IReadOnlyList<DeadLetter>> LettersAsync(App app) =>
        (await app.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 100, default)).Items;

    private static async Task<decimal> UsedAsync(App app) =>
        (await app.Meters.ReadAsync("lic_1", default))!.FindMeter(Metric)!.Used;

    private static async Task<(int Status, JsonElement Answer)> PostAsync(App app, string route, string? letterId)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Request.Method = HttpMethods.Post;
        http.Request.Headers.Authorization = $"Bearer {Token}";
        http.Request.RouteValues["id"] = letterId;
        http.Response.Body = body;

        await ApiRoutes.Find(route).InvokeAsync(http);
        await http.Response.CompleteAsync();

        return (http.Response.StatusCode, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
