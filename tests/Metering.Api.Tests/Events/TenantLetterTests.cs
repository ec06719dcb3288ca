using Metering.Api.Tests.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests;

/// <summary>Dead letters of a token that is limited to one tenant.</summary>
public sealed class TenantLetterTests
{
    [Fact]
    public async Task A_letter_of_an_event_that_names_only_a_license_belongs_to_its_senders_tenant()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var token = (await host.SendAsync(
            "POST", "/api/v1/tokens", """{"name":"p","scopes":["ingest"],"tenant_id":"tenant_acme"}""")).Text("token");

        await host.SendAsync("POST", "/api/events", $$"""[{"license_id":"{{id}}","metric":"no_such_metric"}]""", "Bearer " + token);
        await host.SendAsync("POST", "/api/events", $$"""[{"license_id":"{{id}}","metric":"no_such_metric"}]""", EventRequests.Producer);

        var letters = (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").EnumerateArray();
        Assert.Equal([null, "tenant_acme"], letters.Select(letter => letter.GetProperty("tenant_id").GetString()).Order());
    }

    [Theory]
    [InlineData("""[{"license_id":"$","metric":"calls"}]""")]
    [InlineData("""{"license_id":"$","metric":"calls"}""")]
    public async Task An_event_that_names_only_a_license_goes_into_a_stream_with_its_senders_tenant(string body)
    {
        var stream = new Stream();
        await using var host = await MemoryHost.StartAsync(services => services.AddSingleton<IEventIntake>(stream));
        var (id, _) = await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        var token = (await host.SendAsync(
            "POST", "/api/v1/tokens", """{"name":"p","scopes":["ingest"],"tenant_id":"tenant_acme"}""")).Text("token");

        foreach (var sender in new[] { "Bearer " + token, EventRequests.Producer })
        {
            Assert.Equal(202, (await host.SendAsync(
                "POST", "/api/events", body.Replace("$", id, StringComparison.Ordinal), sender)).Status);
        }

        // What comes out of the stream says so too, and a letter is made of that; the license stays the one that counts it.
        var read = stream.Taken.Select(usage => EventReader.Read(System.Text.Encoding.UTF8.GetBytes(EventLetter.Payload(usage)), 0).Event!);
        Assert.Equal([("tenant_acme", id), (null, id)], read.Select(usage => (usage.TenantId, usage.LicenseId)));
    }

    private sealed class Stream : IEventIntake
    {
        public List<UsageEvent> Taken { get; } = [];

        public ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
        {
            Taken.AddRange(events);
            return ValueTask.FromResult(new IntakeResult(events.Count, 0, []));
        }
    }
}
