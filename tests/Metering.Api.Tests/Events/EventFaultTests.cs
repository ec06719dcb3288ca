using Metering.Api.Tests.Memory;
using static Metering.Api.Tests.EventRequests;

namespace Metering.Api.Tests;

/// <summary>What a request of events answers when something of ours fails halfway.</summary>
public sealed class EventFaultTests
{
    [Fact]
    public async Task A_fault_after_a_part_was_counted_is_that_of_its_events_alone()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        var events = string.Join(',', Enumerable.Range(0, 1500).Select(i => $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"e{{i}}"}"""));
        host.Meters.FaultAfter = (1200, new StoreUnavailableException("The disk is full."));

        var reply = await host.SendAsync("POST", "/api/events", $"[{events}]", Producer);

        Assert.Equal(202, reply.Status);
        Assert.Equal(1500, reply.Number("accepted") + reply.Json.GetProperty("rejected").GetArrayLength());
        Assert.All(
            reply.Json.GetProperty("rejected").EnumerateArray(),
            item => Assert.Equal(ProblemCode.Busy, item.GetProperty("code").GetString()));
        host.Meters.FaultAfter = null;
        Assert.Equal(reply.Number("accepted"), await UsedAsync(host, key));
        host.Meters.Lists.Clear();
        var again = await host.SendAsync("POST", "/api/events", $"[{events}]", Producer);
        Assert.Equal([512, 488, 500], host.Meters.Lists.Select(list => list.Commands));
        Assert.Equal((202, 1500), (again.Status, again.Number("accepted") + again.Number("duplicates")));
        Assert.Equal(1500, await UsedAsync(host, key));
    }

    [Fact]
    public async Task A_license_that_cannot_be_looked_up_does_not_hide_what_was_counted()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync("""{"feature_code":"api_calls"}""");
        await using var running = host;
        var token = (await host.SendAsync(
            "POST", "/api/v1/tokens", """{"name":"p","scopes":["ingest"],"tenant_id":"tenant_acme"}""")).Text("token");
        host.Directory.FindFault = ("lic_other", new StoreUnavailableException());
        var own = Enumerable.Repeat($$"""{"license_id":"{{id}}","metric":"api_calls"}""", 1000);
        var body = $$"""[{{string.Join(',', own)}},{"license_id":"lic_other","metric":"api_calls"}]""";

        var reply = await host.SendAsync("POST", "/api/events", body, "Bearer " + token);

        // Sent again as a whole, all of them would count twice: they have no ids of their own.
        Assert.Equal((202, 1000), (reply.Status, reply.Number("accepted")));
        Assert.Equal(ProblemCode.Busy, reply.Json.GetProperty("rejected")[0].GetProperty("code").GetString());
        Assert.Equal(1000, await UsedAsync(host, key));
    }

    [Fact]
    public async Task A_list_that_is_lost_does_not_hide_what_was_counted()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Directory.LetterFault = new StoreUnavailableException("The disk is full.");

        var reply = await host.SendAsync("POST", "/api/events", $"[{Event},5]", Producer);
        Assert.Equal((202, 1), (reply.Status, reply.Number("accepted")));
        Assert.Contains(
            "could not be kept", reply.Json.GetProperty("rejected")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(503, (await host.SendAsync("POST", "/api/events", "[5,6]", Producer)).Status);
        Assert.Equal(2, await UsedAsync(host, key));
    }

    [Fact]
    public async Task An_event_that_meets_a_fault_of_ours_does_not_take_the_others_with_it()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Meters.FaultAfter = (1, new InvalidOperationException("A bug."));

        var reply = await host.SendAsync(
            "POST", "/api/events", $"[{Event},{Event.Replace("evt_1", "evt_2", StringComparison.Ordinal)}]", Producer);
        Assert.Equal((202, 1), (reply.Status, reply.Number("accepted")));
        Assert.Equal(
            ("evt_2", ProblemCode.InternalError),
            reply.Json.GetProperty("rejected")[0] is var bad
                ? (bad.GetProperty("event_id").GetString(), bad.GetProperty("code").GetString()) : default);
        Assert.Equal(
            500, (await host.SendAsync("POST", "/api/events", Event.Replace("evt_1", "evt_2", StringComparison.Ordinal), Producer)).Status);
        host.Meters.FaultAfter = null;
        Assert.Equal(2, await UsedAsync(host, key));
    }

    [Fact]
    public async Task What_a_host_was_too_busy_for_is_given_back_and_leaves_no_letter()
    {
        var (host, _, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Meters.FaultAfter = (1, new StoreUnavailableException("The disk is full."));
        var lost = Event.Replace("evt_1", "evt_2", StringComparison.Ordinal);
        var unassigned = """{"tenant_id":"tenant_acme","metric":"no_such_metric"}""";

        var reply = await host.SendAsync("POST", "/api/events", $"[{Event},{lost},{unassigned}]", Producer);

        Assert.Equal((202, 1), (reply.Status, reply.Number("accepted")));
        var rejected = reply.Json.GetProperty("rejected").EnumerateArray().ToList();
        Assert.Equal([ProblemCode.Busy, RefusalCode.FeatureNotAssigned], rejected.Select(one => one.GetProperty("code").GetString()));
        Assert.Equal("evt_2", rejected[0].GetProperty("event_id").GetString());
        Assert.Null(rejected[0].GetProperty("dead_letter_id").GetString());
        var letters = (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").EnumerateArray();
        Assert.Equal(rejected[1].GetProperty("dead_letter_id").GetString(), Assert.Single(letters).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_busy_host_is_503_with_the_events_id()
    {
        var (host, _, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Meters.Fixed = ApplyResult.Busy;
        var reply = await host.SendAsync("POST", "/api/events", """{"tenant_id":"tenant_acme","metric":"api_calls"}""", Producer);
        Assert.Equal((503, ProblemCode.Busy, "1"), (reply.Status, reply.Code, reply.Header("Retry-After")));
        Assert.StartsWith("evt_", reply.Text("event_id"), StringComparison.Ordinal);
        Assert.Equal(503, (await host.SendAsync("POST", "/api/events", $"[{Event},{Event}]", Producer)).Status);
        Assert.Equal(0, (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items").GetArrayLength());
    }
}
