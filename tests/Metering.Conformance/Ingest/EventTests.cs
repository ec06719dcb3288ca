using Metering.Conformance.Client;

namespace Metering.Conformance.Ingest;

public sealed class EventTests : ContractTest
{
    [Fact]
    public async Task A_single_event_is_counted()
    {
        var license = await Meter.License(new { limit = 10 });

        await Meter.Post("/api/events", Event(license, 3)).Is(202).Has("accepted", 1).Has("duplicates", 0);
        await Meter.Post("/api/v1/events", Event(license, 2)).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 5);
    }

    [Fact]
    public async Task An_array_of_events_is_counted()
    {
        var license = await Meter.License(new { limit = 100 });

        var reply = await Meter.Post("/api/events", new[] { Event(license, 1), Event(license, 2), Event(license, 3) }).Is(202)
            .Has("accepted", 3);

        Assert.Empty(reply.List("rejected"));
        await license.Check().Has("used", 6);
    }

    [Fact]
    public async Task Lines_of_events_are_counted()
    {
        var license = await Meter.License(new { limit = 100 });
        var lines = string.Concat(Enumerable.Range(1, 4).Select(n =>
            $$"""{"tenant_id":"{{license.Tenant}}","metric":"{{license.Feature}}","quantity":{{n}},"event_id":"line-{{n}}"}""" + (n == 2 ? "\r\n" : "\n")));
        using var content = Meter.Json(lines, "application/x-ndjson");
        using var again = Meter.Json(lines.TrimEnd('\n'), "application/x-ndjson");

        await Meter.Post("/api/events", content).Is(202).Has("accepted", 4);
        await Meter.Post("/api/events", again).Is(202).Has("accepted", 0).Has("duplicates", 4);

        await license.Check().Has("used", 10);
    }

    [Fact]
    public async Task A_bad_line_leaves_the_other_lines()
    {
        var license = await Meter.License(new { limit = 100 });
        var good = $$"""{"tenant_id":"{{license.Tenant}}","metric":"{{license.Feature}}","quantity":1}""";
        using var content = Meter.Json($"{good}\nnonsense\n{good}\n", "application/x-ndjson");

        var reply = await Meter.Post("/api/events", content).Is(202).Has("accepted", 2).Has("rejected.0.index", 1);

        Assert.Single(reply.List("rejected"));
        await license.Check().Has("used", 2);
    }

    [Fact]
    [Rule(8)]
    public async Task The_same_event_id_counts_once()
    {
        var license = await Meter.License(new { limit = 100 });

        await Meter.Post("/api/events", Event(license, 3, "evt-1")).Is(202).Has("accepted", 1);
        await Meter.Post("/api/events", Event(license, 3, "evt-1")).Is(202).Has("accepted", 0).Has("duplicates", 1);
        await Meter.Post("/api/events", new[] { Event(license, 1, "evt-2"), Event(license, 1, "evt-2"), Event(license, 3, "evt-1") })
            .Is(202).Has("accepted", 1).Has("duplicates", 2);

        await license.Check().Has("used", 4);
    }

    [Fact]
    public async Task The_same_event_id_on_another_license_is_another_event()
    {
        var first = await Meter.License(new { limit = 100 });
        var second = await Meter.LicenseOn(first.Plan, first.Feature);

        await Meter.Post("/api/events", new[] { Event(first, 1, "evt-1"), Event(second, 1, "evt-1") }).Is(202).Has("accepted", 2);

        await first.Check().Has("used", 1);
        await second.Check().Has("used", 1);
    }

    [Fact]
    public async Task Events_are_never_refused_for_quota()
    {
        var license = await Meter.License(new { limit = 10 });

        await Meter.Post("/api/events", Event(license, 25)).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 25).Has("overage", 15).Has("allowed", false);
    }

    [Fact]
    public async Task An_event_goes_to_the_license_that_it_names()
    {
        var license = await Meter.License(new { limit = 10 });

        await Meter.Post("/api/events", new { license_id = license.Id, metric = license.Feature, quantity = 4 }).Is(202).Has("accepted", 1);

        await license.Check().Has("used", 4);
    }

    [Fact]
    public async Task An_event_goes_to_the_tenants_license_that_has_the_metric()
    {
        var first = await Meter.License(new { limit = 10 });
        var second = await Meter.License(new { limit = 10 }, with: new { tenant_id = first.Tenant });

        await Meter.Post("/api/events", new { tenant_id = first.Tenant, metric = second.Feature, quantity = 4 }).Is(202).Has("accepted", 1);

        await second.Check().Has("used", 4);
        await first.Check().Has("used", 0);
    }

    [Fact]
    public async Task An_event_keeps_its_user_in_the_evidence()
    {
        var license = await Meter.License(new { limit = 10 });

        await Meter.Post(
            "/api/events",
            new { tenant_id = license.Tenant, metric = license.Feature, quantity = 4, user_id = "user_1", event_id = "evt-1" }).Is(202);

        var entry = (await license.Ledger()).Single(item => item.GetProperty("kind").GetString() == "recorded");
        Assert.Equal("user_1", entry.GetProperty("user_id").GetString());
        Assert.Equal("evt-1", entry.GetProperty("event_id").GetString());
    }

    [Fact]
    public async Task Good_events_of_a_batch_count_even_when_others_are_bad()
    {
        var license = await Meter.License(new { limit = 10 });

        var reply = await Meter.Post("/api/events", new[]
        {
            Event(license, 1, "good-1"),
            new { tenant_id = license.Tenant, metric = "no_such_metric", quantity = 1, event_id = "bad-1" },
            new { tenant_id = license.Tenant, metric = license.Feature, quantity = -5, event_id = "bad-2" },
            Event(license, 2, "good-2"),
        }).Is(202).Has("accepted", 2).Has("duplicates", 0);

        Assert.Equal([1, 2], reply.List("rejected").Select(item => item.GetProperty("index").GetInt32()));
        Assert.Equal(["bad-1", "bad-2"], reply.List("rejected").Select(item => item.GetProperty("event_id").GetString()));
        Assert.All(reply.List("rejected"), item => Assert.NotEmpty(item.GetProperty("code").GetString()!));
        Assert.All(reply.List("rejected"), item => Assert.NotEmpty(item.GetProperty("detail").GetString()!));
        await license.Check().Has("used", 3);
    }

    [Fact]
    public async Task A_single_bad_event_alone_is_400()
    {
        var license = await Meter.License(new { limit = 10 });

        await Meter.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = "many" })
            .RefusesField("/quantity");
        await Meter.Post("/api/events", new { tenant_id = license.Tenant, quantity = 1 }).RefusesField("/metric");
        await Meter.Post("/api/events", new { metric = license.Feature, quantity = 1 }).RefusesSomehow().Is(400);
        await Meter.Post("/api/events", new { tenant_id = license.Tenant, metric = "no_such_metric", quantity = 1 }).RefusesSomehow()
            .Is(400);
        await Meter.Post("/api/events", new { tenant_id = Meter.Unique("tenant"), metric = license.Feature, quantity = 1 }).RefusesSomehow()
            .Is(400);
        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_malformed_body_of_events_is_400()
    {
        await Meter.Post("/api/events", "[{").Refuses(400, "malformed_json");
        await Meter.Post("/api/events", "7").RefusesSomehow().Is(400);
        using var text = Meter.Json("a,b,c", "text/csv");
        await Meter.Post("/api/events", text).RefusesSomehow().Is(415);
    }

    [Fact]
    public async Task An_empty_batch_accepts_nothing() => await Meter.Post("/api/events", "[]").Is(202).Has("accepted", 0)
        .Has("duplicates", 0);

    [Fact]
    public async Task A_large_batch_over_many_licenses_counts_every_event_once()
    {
        var first = await Meter.License(new { limit = 100000 });
        var licenses = new List<License> { first };
        for (var i = 0; i < 4; i++)
        {
            licenses.Add(await Meter.LicenseOn(first.Plan, first.Feature));
        }

        var events = Enumerable.Range(0, 1000).Select(n => Event(licenses[n % licenses.Count], 1, $"evt-{n}")).ToArray();
        await Meter.Post("/api/events", events).Is(202).Has("accepted", 1000);
        await Meter.Post("/api/events", events.Reverse().ToArray()).Is(202).Has("duplicates", 1000);

        foreach (var license in licenses)
        {
            await license.Check().Has("used", 200);
        }
    }

    [Fact]
    [Rule(8)]
    public async Task Batches_that_come_at_the_same_time_count_every_event_once()
    {
        var license = await Meter.License(new { limit = 100000 });
        var events = Enumerable.Range(0, 50).Select(n => Event(license, 1, $"evt-{n}")).ToArray();

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Meter.Post("/api/events", events)));

        Assert.All(replies, reply => reply.Is(202));
        Assert.Equal(50, replies.Sum(reply => reply.Number("accepted")));
        await license.Check().Has("used", 50);
    }

    private static object Event(License license, decimal quantity, string? id = null) => id is null
        ? new { tenant_id = license.Tenant, metric = license.Feature, quantity }
        : new { tenant_id = license.Tenant, metric = license.Feature, quantity, event_id = id };
}
