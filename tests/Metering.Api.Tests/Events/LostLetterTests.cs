using System.Text;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>An event that can't be counted has one letter, and where it could not be kept, the answer says so at that event.</summary>
public sealed class LostLetterTests
{
    private const string Producer = "Bearer " + MemoryHost.ProducerToken;

    [Fact]
    public async Task A_batch_that_is_sent_again_leaves_no_second_letter_of_an_event()
    {
        await using var host = await MemoryHost.StartAsync();
        await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        const string Batch = """
            [{"tenant_id":"tenant_acme","metric":"none","event_id":"evt_1"},{"tenant_id":"tenant_acme","metric":"none"},
             {"tenant_id":"tenant_acme","metric":"none","event_id":"evt_1"}]
            """;

        var first = await host.SendAsync("POST", "/api/events", Batch, Producer);
        var second = await host.SendAsync("POST", "/api/events", Batch, Producer);

        var (one, again) = (LettersOf(first), LettersOf(second));
        Assert.Equal((one[0], one[0], one[0]), (one[2], again[0], again[2]));
        // An event without an id is another one each time.
        var letters = (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").EnumerateArray();
        Assert.Equal(
            new[] { one[0], one[1], again[1] }.Order(StringComparer.Ordinal), letters.Select(letter => letter.GetProperty("id").GetString()));

        static string?[] LettersOf(Reply reply) =>
            [.. reply.Json.GetProperty("rejected").EnumerateArray().Select(rejected => rejected.GetProperty("dead_letter_id").GetString())];
    }

    [Fact]
    public async Task That_a_letter_was_lost_is_said_of_its_event_and_not_of_where_the_stream_was_stopped()
    {
        await using var host = await MemoryHost.StartAsync(null, "--Metering:Api:MaxEvents=2");
        await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        host.Directory.LetterFault = new StoreUnavailableException("The disk is full.");
        var lines = """{"tenant_id":"tenant_acme","metric":"api_calls"}""" + "\n5\n6\n";
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(lines));
        body.Headers.TryAddWithoutValidation("Content-Type", "application/x-ndjson");

        var reply = await host.SendContentAsync("POST", "/api/events", body, Producer);

        var rejected = reply.Json.GetProperty("rejected").EnumerateArray().ToList();
        Assert.Equal([1, 2], rejected.Select(one => one.GetProperty("index").GetInt32()));
        Assert.Equal(
            [true, false],
            rejected.Select(one => one.GetProperty("detail").GetString()!.Contains("could not be kept", StringComparison.Ordinal)));
    }
}
