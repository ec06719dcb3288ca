using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Ingest;

[Rule(10)]
public sealed class DeadLetterTests : ContractTest
{
    [Fact]
    public async Task An_event_that_cannot_be_counted_is_kept_with_its_reason()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = Meter.Unique("evt");
        await Meter.Post(
            "/api/events", new[] { Event(license, "no_such_metric", id), Event(license, license.Feature, Meter.Unique("evt")) })
            .Is(202).Has("accepted", 1);

        var letter = await Find(id);

        Assert.NotNull(letter);
        Assert.NotEmpty(letter.Value.GetProperty("code").GetString()!);
        Assert.NotEmpty(letter.Value.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task A_retry_counts_the_event_once_the_cause_is_gone_and_the_letter_is_gone_too()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.Feature();
        var id = Meter.Unique("evt");
        await Meter.Post("/api/events", new[] { Event(license, other, id) }).Is(202).Has("accepted", 0);
        var letter = await Find(id) ?? throw new InvalidOperationException("the event is not among the dead letters");
        var path = $"/api/v1/dead-letters/{letter.GetProperty("id").GetString()}/retry";

        var early = await Meter.Post(path);
        Assert.True(early.Status is >= 400 and < 500, early.Text);
        Assert.NotNull(await Find(id));

        await license.Manage("/features", new { feature_code = other, max_consumptions = 100 }).Is(201);
        await Meter.Post(path).Succeeds();

        await license.Check(feature: other).Has("used", 4);
        Assert.Null(await Find(id));
        await Meter.Post(path).RefusesSomehow().Is(404);
    }

    [Fact]
    public async Task An_event_that_was_counted_meanwhile_is_not_counted_again_by_a_retry()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.Feature();
        var id = Meter.Unique("evt");
        await Meter.Post("/api/events", new[] { Event(license, other, id) }).Is(202).Has("accepted", 0);
        var letter = await Find(id) ?? throw new InvalidOperationException("the event is not among the dead letters");
        await license.Manage("/features", new { feature_code = other, max_consumptions = 100 }).Is(201);
        await Meter.Post("/api/events", new[] { Event(license, other, id) }).Is(202).Has("accepted", 1);

        await Meter.Post($"/api/v1/dead-letters/{letter.GetProperty("id").GetString()}/retry").Succeeds();

        await license.Check(feature: other).Has("used", 4);
    }

    [Fact]
    public async Task A_misspelt_field_makes_an_event_of_a_batch_a_dead_letter_that_names_the_field_which_was_meant()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = Meter.Unique("evt");
        var misspelt = new { tenant_id = license.Tenant, metric = license.Feature, qantity = 5, event_id = id };

        await Meter.Post("/api/events", misspelt).RefusesSomehow().Is(400);
        var reply = await Meter.Post("/api/events", new object[] { misspelt, Event(license, license.Feature, Meter.Unique("evt")) })
            .Is(202).Has("accepted", 1).Has("rejected.0.index", 0);

        Assert.Contains("quantity", Assert.Single(reply.List("rejected")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("quantity", (await Find(id))?.GetProperty("detail").GetString() ?? "", StringComparison.Ordinal);
        await license.Check().Has("used", 4);
    }

    [Fact]
    public async Task The_answer_that_refused_an_event_names_its_letter_which_can_be_found_by_its_kind_and_taken_away()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.Feature();
        var refused = await Meter.Post("/api/events", new[] { Event(license, other, Meter.Unique("evt")) }).Is(202);
        var id = refused.String("rejected.0.dead_letter_id");

        var found = await Meter.Get($"/api/v1/dead-letters?tenant_id={license.Tenant}&metric={other}&code={refused.String("rejected.0.code")}")
            .Is(200);

        Assert.Equal(id, Assert.Single(found.Items).GetProperty("id").GetString());
        Assert.Empty((await Meter.Get($"/api/v1/dead-letters?tenant_id={license.Tenant}&metric={license.Feature}").Is(200)).Items);
        await Meter.Delete("/api/v1/dead-letters/" + id).Is(204);
        await Meter.Delete("/api/v1/dead-letters/" + id).Refuses(404, "dead_letter_not_found");
        Assert.Empty((await Meter.Get($"/api/v1/dead-letters?tenant_id={license.Tenant}").Is(200)).Items);
    }

    [Fact]
    public async Task An_event_that_is_mended_counts_once_in_place_of_the_letters()
    {
        var license = await Meter.License(new { limit = 10 });
        var refused = await Meter.Post(
            "/api/events", new object[] { new { tenant_id = license.Tenant, metric = license.Feature, quantity = -4 } }).Is(202);
        var path = $"/api/v1/dead-letters/{refused.String("rejected.0.dead_letter_id")}/retry";

        await Meter.Post(path).Is(400);
        await Meter.Post(path, new { @event = new { tenant_id = license.Tenant, metric = "no such", quantity = 4 } }).Is(400);
        await Meter.Post(path, new { @event = new { tenant_id = license.Tenant, metric = license.Feature, quantity = 4 } }).Is(202)
            .Has("accepted", 1);

        await Meter.Post(path).Is(404);
        await license.Check().Has("used", 4);
    }

    [Fact]
    public async Task All_letters_of_a_kind_are_tried_again_and_those_that_stay_are_named()
    {
        var license = await Meter.License(new { limit = 10 });
        var (mended, broken) = (await Meter.Feature(), await Meter.Feature());
        var refused = await Meter.Post(
            "/api/events",
            new[] { Event(license, mended, Meter.Unique("evt")), Event(license, broken, Meter.Unique("evt")),
                Event(license, mended, Meter.Unique("evt")) }).Is(202).Has("accepted", 0);
        await license.Manage("/features", new { feature_code = mended, max_consumptions = 100 }).Is(201);

        var first = await Meter.Post("/api/v1/dead-letters/retry", new { tenant_id = license.Tenant, limit = 2 }).Is(200);
        var next = await Meter.Post(
            "/api/v1/dead-letters/retry", new { tenant_id = license.Tenant, cursor = first.String("next_cursor") }).Is(200)
            .Has("next_cursor", null);

        // Letters of one millisecond have no order among them, so which call meets the one that stays is not said.
        Assert.Equal(2, first.Number("accepted") + next.Number("accepted"));
        Assert.Equal(
            refused.String("rejected.1.dead_letter_id"),
            Assert.Single(first.List("refused").Concat(next.List("refused"))).GetProperty("id").GetString());
        await license.Check(feature: mended).Has("used", 8);
        Assert.Single((await Meter.Get($"/api/v1/dead-letters?tenant_id={license.Tenant}").Is(200)).Items);
        await Meter.Post("/api/v1/dead-letters/retry", new { limit = 1001 }).RefusesField("/limit");
    }

    [Fact]
    public async Task A_letter_that_is_not_there_is_404() => await Meter.Post("/api/v1/dead-letters/no-such-letter/retry").RefusesSomehow()
        .Is(404);

    private static object Event(License license, string metric, string id) =>
        new { tenant_id = license.Tenant, metric, quantity = 4, event_id = id };

    private async Task<JsonElement?> Find(string eventId)
    {
        string? cursor = null;
        do
        {
            var page = await Meter.Get(
                "/api/v1/dead-letters?limit=1000" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))).Is(200);
            foreach (var item in page.Items.Where(item => item.GetRawText().Contains(eventId, StringComparison.Ordinal)))
            {
                return item;
            }

            cursor = page["next_cursor"].GetString();
        }
        while (cursor is not null);
        return null;
    }
}
