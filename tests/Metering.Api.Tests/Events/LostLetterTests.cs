using System.Text;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>Dead letters that could not be kept are told of at the events whose letters they are.</summary>
public sealed class LostLetterTests
{
    private const string Producer = "Bearer " + MemoryHost.ProducerToken;

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
