using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

public sealed class TokenTests : ContractTest
{
    [Fact]
    public async Task Tokens_are_listed_by_name_and_scopes_and_never_themselves()
    {
        var host = await MeteringHost.Started;

        var page = await Meter.Get("/api/v1/tokens?limit=1000").Is(200);

        Assert.Contains(page.Items, token => token.GetProperty("scopes").EnumerateArray().Any(scope => scope.GetString() == "manage"));
        Assert.All(page.Items, token => Assert.Contains(token.GetProperty("source").GetString(), new[] { "configured", "stored" }));
        foreach (var token in new[] { host.Token, host.ReadToken, host.IngestToken }.Where(token => token.Length > 0))
        {
            Assert.DoesNotContain(token, page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_that_is_not_there_and_one_of_the_configuration_cannot_be_revoked()
    {
        await Meter.Delete("/api/v1/tokens/tok_none").Refuses(404, "token_not_found");
        foreach (var token in
            (await Meter.Get("/api/v1/tokens?limit=1000").Is(200)).Items.Where(token => token.GetProperty("source")
                .GetString() == "configured"))
        {
            await Meter.Delete("/api/v1/tokens/" + Uri.EscapeDataString(token.GetProperty("id").GetString()!))
                .Refuses(409, "token_configured");
        }

        await Meter.Get("/api/v1/tokens").Is(200);
    }

    [Fact]
    public async Task A_token_is_shown_once_opens_what_it_may_and_nothing_once_it_is_revoked()
    {
        var license = await Meter.License(new { limit = 5 });
        var body = new { name = "a collector", scopes = new[] { "ingest" } };
        var key = Meter.Unique("key");
        var made = await Meter.Post("/api/v1/tokens", body, key).Is(201).HasHeader("Cache-Control", "no-store");
        var (id, token) = (made.String("id"), made.String("token"));
        var collector = Meter.As("Bearer", token);

        await Meter.Post("/api/v1/tokens", body, key).Is(201).Has("id", id).Has("token", null).HasHeader("Idempotency-Replayed", "true");
        Assert.DoesNotContain(token, (await Meter.Get("/api/v1/tokens?limit=1000").Is(200)).Text, StringComparison.Ordinal);
        await collector.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = 2 }).Is(202);
        await collector.Get("/api/v1/licenses").Refuses(403, "forbidden");

        await Meter.Delete("/api/v1/tokens/" + id).Is(204);

        await collector.Post("/api/events", new { tenant_id = license.Tenant, metric = license.Feature, quantity = 2 })
            .Refuses(401, "unauthenticated");
        await Meter.Delete("/api/v1/tokens/" + id).Refuses(404, "token_not_found");
        await license.Check().Has("used", 2);
    }

    [Fact]
    public async Task A_token_that_is_not_in_order_is_not_made()
    {
        await Meter.Post("/api/v1/tokens", new { scopes = new[] { "read" } }).RefusesField("/name");
        await Meter.Post("/api/v1/tokens", new { name = "x", scopes = Array.Empty<string>() }).RefusesField("/scopes");
        await Meter.Post("/api/v1/tokens", new { name = "x", scopes = new[] { "root" } }).RefusesField("/scopes");
        await Meter.Post("/api/v1/tokens", new { name = "x", scopes = new[] { "read", "manage" }, tenant_id = "t" }).RefusesField("/scopes");
    }

    [Fact]
    public async Task Of_a_batch_a_token_of_one_tenant_gets_its_own_events_counted()
    {
        var (own, other) = (await Meter.License(new { limit = 5 }), await Meter.License(new { limit = 5 }));
        var token = (await Meter.Post("/api/v1/tokens", new { name = "of one", scopes = new[] { "ingest" }, tenant_id = own.Tenant })
            .Is(201)).String("token");
        var caller = Meter.As("Bearer", token);

        var reply = await caller.Post("/api/events", new object[]
        {
            new { tenant_id = own.Tenant, metric = own.Feature, quantity = 1 },
            new { tenant_id = other.Tenant, metric = other.Feature, quantity = 1 },
            new { license_id = own.Id, metric = own.Feature, quantity = 1 },
            new { license_id = other.Id, metric = other.Feature, quantity = 1 },
            new { license_id = "lic_none", metric = other.Feature, quantity = 1 },
        }).Is(202).Has("accepted", 2);

        Assert.Equal(
            ["1 forbidden", "3 license_not_found", "4 license_not_found"],
            reply.List("rejected").Select(one => $"{one.GetProperty("index").GetInt32()} {one.GetProperty("code").GetString()}"));
        await caller.Post("/api/events", new { license_id = other.Id, metric = other.Feature }).Refuses(400, "license_not_found");
        await own.Check().Has("used", 2);
        await other.Check().Has("used", 0);

        // None of it is a dead letter: whoever retries all of a kind would count it for the other tenant.
        Assert.DoesNotContain(other.Id, (await Meter.Get("/api/v1/dead-letters?limit=1000").Is(200)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_token_of_one_tenant_sends_unreadable_is_given_back_and_no_dead_letter()
    {
        var (own, other) = (await Meter.License(new { limit = 5 }), await Meter.License(new { limit = 5 }));
        var token = (await Meter.Post("/api/v1/tokens", new { name = "of one", scopes = new[] { "ingest" }, tenant_id = own.Tenant })
            .Is(201)).String("token");
        var id = Meter.Unique("evt");

        // A CloudEvent where a plain event is expected: a retry would read it.
        await Meter.As("Bearer", token).Post("/api/events", new object[]
        {
            new { specversion = "1.0", id, source = "s", type = other.Feature, subject = other.Id },
            new { tenant_id = own.Tenant, metric = own.Feature },
        }).Is(202).Has("accepted", 1).Has("rejected.0.index", 0).Has("rejected.0.dead_letter_id", null);

        await own.Check().Has("used", 1);
        Assert.DoesNotContain(id, (await Meter.Get("/api/v1/dead-letters?limit=1000").Is(200)).Text, StringComparison.Ordinal);
    }
}
