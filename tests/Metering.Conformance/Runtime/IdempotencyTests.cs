using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

[Rule(8)]
public sealed class IdempotencyTests : ContractTest
{
    [Theory]
    [InlineData("/consume")]
    [InlineData("/report")]
    [InlineData("/reservations")]
    [InlineData("/leases")]
    public async Task A_call_that_changes_something_requires_a_key(string path)
    {
        var license = await Meter.License(new { limit = 10 });
        var body = new { feature_code = license.Feature, amount = 1, ttl_seconds = 60, fingerprint = "m" };

        await license.Software.Post("/api/v1/license" + path, body).Refuses(400, "idempotency_key_required");
        await license.Check().Has("used", 0).Has("held", 0);
    }

    [Fact]
    public async Task A_key_that_is_too_long_or_not_visible_ascii_is_refused()
    {
        var license = await Meter.License(new { limit = 10 });

        foreach (var key in new[] { new string('k', 256), "two words", "" })
        {
            await license.Consume(key: key).RefusesSomehow().Is(400);
        }

        await license.Consume(key: new string('k', 255)).Is(200).Has("used", 1);
        await license.Consume(key: "!#$%&'*+-.^_`|~/:;<=>?@[]{}()\"\\").Is(200).Has("used", 2);
    }

    [Fact]
    public async Task The_same_key_counts_once_and_gets_the_first_answer()
    {
        var license = await Meter.License(new { limit = 10 });
        var first = await license.Consume(3, "key-1").Is(200).HasNoHeader("Idempotency-Replayed");
        await license.Consume(2, "key-2").Is(200);

        var again = await license.Consume(3, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true");

        again.Has("used", 3).Has("remaining", 7).Has("sequence", first.Number("sequence"));
        await license.Check().Has("used", 5);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_422()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(3, "key-1").Is(200);

        await license.Consume(4, "key-1").Refuses(422, "idempotency_key_reused");
        await license.Report(3, "key-1").Refuses(422, "idempotency_key_reused");
        await license.Check().Has("used", 3);
    }

    [Fact]
    public async Task A_refused_consume_is_not_remembered()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(10).Is(200);
        await license.Consume(5, "key-1").Refuses(403, "quota_exceeded");

        await license.Manage("/usage/reset", new { feature_code = license.Feature, top_up = 5 }).Succeeds();

        await license.Consume(5, "key-1").Is(200).HasNoHeader("Idempotency-Replayed").Has("used", 15);
        await license.Consume(5, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true");
    }

    [Fact]
    public async Task A_refused_consume_may_be_repeated_with_another_body()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(11, "key-1").Refuses(403, "quota_exceeded");

        await license.Consume(9, "key-1").Is(200).Has("used", 9);
    }

    [Fact]
    public async Task The_same_key_on_another_license_is_another_key()
    {
        var first = await Meter.License(new { limit = 10 });
        var second = await Meter.LicenseOn(first.Plan, first.Feature);

        await first.Consume(3, "key-1").Is(200);
        await second.Consume(4, "key-1").Is(200).HasNoHeader("Idempotency-Replayed").Has("used", 4);
    }

    [Fact]
    public async Task The_same_event_counts_once_under_another_key()
    {
        var license = await Meter.License(new { limit = 10 });
        var first = await license.Consume(3, "key-1", more: new { event_id = "evt-1" }).Is(200);

        await license.Consume(3, "key-2", more: new { event_id = "evt-1" }).Is(200).HasHeader("Idempotency-Replayed", "true")
            .Has("used", 3).Has("sequence", first.Number("sequence"));
        await license.Check().Has("used", 3);
    }

    [Fact]
    public async Task The_same_event_counts_once_on_whichever_path_it_comes()
    {
        var license = await Meter.License(new { limit = 10 });
        object Event(string id) =>
            new { license_id = license.Id, tenant_id = license.Tenant, metric = license.Feature, quantity = 2, event_id = id };

        await license.Consume(2, more: new { event_id = "evt-1" }).Is(200);
        await license.Report(2, more: new { event_id = "evt-1" }).Is(200).HasHeader("Idempotency-Replayed", "true");
        await Meter.Post("/api/events", Event("evt-1")).Is(202).Has("accepted", 0).Has("duplicates", 1);
        await license.Check().Has("used", 2);

        await Meter.Post("/api/events", Event("evt-2")).Is(202).Has("accepted", 1).Has("duplicates", 0);
        await license.Consume(2, more: new { event_id = "evt-2" }).Is(200).HasHeader("Idempotency-Replayed", "true");
        await license.Check().Has("used", 4);
    }

    [Fact]
    public async Task Use_that_a_lease_has_synced_counts_once_on_other_paths_too()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await license.Post("/leases", new { feature_code = license.Feature, amount = 5, ttl_seconds = 600, fingerprint = "m" })
            .Is(201);
        var at = Meter.Text(lease.Time("expires_at").AddSeconds(-600));
        await license.Consume(1, more: new { event_id = "evt-1" }).Is(200);

        await license.Post($"/leases/{lease.String("id")}/sync", new
        {
            usage = new[]
            {
                new { event_id = "evt-1", amount = 1, occurred_at = at },
                new { event_id = "evt-2", amount = 2, occurred_at = at },
            },
        }).Is(200).Has("used", 3).Has("held", 3);

        await license.Report(2, more: new { event_id = "evt-2" }).Is(200).HasHeader("Idempotency-Replayed", "true");
        await license.Check().Has("used", 3);
    }

    [Fact]
    public async Task A_reservation_and_a_commit_keep_their_key_for_their_own_body()
    {
        var license = await Meter.License(new { limit = 10 });
        object Body(int amount) => new { feature_code = license.Feature, amount, ttl_seconds = 600 };
        var hold = await license.Post("/reservations", Body(4), "key-1").Is(201);

        await license.Post("/reservations", Body(5), "key-1").Refuses(422, "idempotency_key_reused");
        await license.Consume(4, "key-1").Refuses(422, "idempotency_key_reused");
        await license.Post($"/reservations/{hold.String("id")}/commit", new { amount = 3 }, "key-2").Is(200);
        await license.Post($"/reservations/{hold.String("id")}/commit", new { amount = 4 }, "key-2").Refuses(422, "idempotency_key_reused");
        await license.Check().Has("used", 3).Has("held", 0);
    }

    [Fact]
    public async Task The_same_event_sent_at_once_on_all_paths_counts_once()
    {
        var license = await Meter.License(new { limit = 100 });
        var more = new { event_id = "evt-1" };
        var body = new { tenant_id = license.Tenant, metric = license.Feature, quantity = 7, event_id = "evt-1" };

        var replies = await Task.WhenAll(Enumerable.Range(0, 6).SelectMany(_ => new[]
        {
            license.Consume(7, more: more), license.Report(7, more: more), Meter.Post("/api/events", body), Meter.Post(
                "/api/events", new[] { body }),
        }));

        Assert.All(replies, reply => reply.Is(200, 202));
        await license.Check().Has("used", 7);
    }

    [Fact]
    public async Task The_same_key_sent_many_times_at_once_counts_once()
    {
        var license = await Meter.License(new { limit = 100 });

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => license.Consume(7, "key-1")));

        Assert.All(replies, reply => reply.Is(200).Has("used", 7));
        Assert.Equal(19, replies.Count(reply => reply.Header("Idempotency-Replayed") == "true"));
        await license.Check().Has("used", 7);
    }

    [Fact]
    public async Task A_license_created_twice_with_one_key_is_created_once()
    {
        var tenant = Meter.Unique("tenant");
        var key = Meter.Unique("key");

        var first = await Meter.Post("/api/v1/licenses", new { tenant_id = tenant }, key).Is(201);
        var again = await Meter.Post("/api/v1/licenses", new { tenant_id = tenant }, key).Is(201).HasHeader("Idempotency-Replayed", "true");
        await Meter.Post("/api/v1/licenses", new { tenant_id = Meter.Unique("tenant") }, key).Refuses(422, "idempotency_key_reused");

        Assert.Equal(first.String("id"), again.String("id"));
        Assert.Single((await Meter.Get($"/api/v1/licenses?tenant_id={tenant}").Is(200)).Items);
    }

    [Fact]
    public async Task A_grant_made_twice_with_one_key_is_made_once()
    {
        var license = await Meter.License(new { limit = 10 });
        var body = new { feature_code = license.Feature, amount = 5 };

        await license.Manage(HttpMethod.Post, "/grants", body, "grant-1").Succeeds();
        await license.Manage(HttpMethod.Post, "/grants", body, "grant-1").Succeeds().HasHeader("Idempotency-Replayed", "true");

        await license.Check().Has("allowance", 15);
    }
}
