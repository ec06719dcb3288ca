using Metering.Conformance.Client;

namespace Metering.Conformance.Holds;

public sealed class ReservationTests : ContractTest
{
    [Fact]
    public async Task A_reservation_sets_a_part_of_the_allowance_aside()
    {
        var license = await Meter.License(new { limit = 10 });

        var hold = await Reserve(license, 6);

        hold.Has("amount", 6);
        Assert.InRange(hold.Time("expires_at") - await Meter.Now(), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        await license.Check().Has("used", 0).Has("held", 6).Has("remaining", 4);
        await license.Consume(5).Refuses(403, "quota_exceeded").Has("remaining", 4);
        await license.Consume(4).Is(200).Has("remaining", 0).Has("held", 6);
    }

    [Fact]
    public async Task An_operator_sees_what_is_set_aside_until_it_is_settled()
    {
        var license = await Meter.License(new { limit = 10 });
        var first = (await Reserve(license, 6)).String("id");
        await Reserve(license, 2);

        var holds = await Meter.Get($"/api/v1/licenses/{license.Id}/holds").Is(200);
        Assert.Equal(2, holds.Items.Count);
        var part = await Meter.Get($"/api/v1/licenses/{license.Id}/holds?limit=1").Is(200);
        await Meter.Get($"/api/v1/licenses/{license.Id}/holds?limit=1&cursor={part.String("next_cursor")}").Is(200);

        await license.Post($"/reservations/{first}/commit", "{}").Is(200);
        (await Meter.Get($"/api/v1/licenses/{license.Id}/holds").Is(200)).Has("items.0.left", 2).Has("items.0.feature_code", license.Feature);
    }

    [Fact]
    public async Task More_than_remains_cannot_be_reserved()
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(3).Is(200);
        await Reserve(license, 5);

        await license.Post("/reservations", new { feature_code = license.Feature, amount = 3, ttl_seconds = 600 })
            .Refuses(403, "quota_exceeded");

        await license.Check().Has("held", 5).Has("remaining", 2);
    }

    [Fact]
    public async Task A_commit_counts_the_whole_unless_it_says_how_much()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");

        await license.Post($"/reservations/{id}/commit", "{}").Is(200).Has("amount", 6).Has("used", 6).Has("held", 0).Has("remaining", 4);
    }

    [Fact]
    public async Task A_commit_without_a_body_counts_the_whole()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");

        await license.Post($"/reservations/{id}/commit").Is(200).Has("used", 6);
    }

    [Fact]
    public async Task A_commit_of_less_gives_the_rest_back()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");

        await license.Post($"/reservations/{id}/commit", new { amount = 2.5m }).Is(200).Has("used", 2.5m).Has("held", 0)
            .Has("remaining", 7.5m);
        await license.Consume(7.5m).Is(200);
    }

    [Fact]
    public async Task A_commit_of_more_counts_more()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");

        await license.Post($"/reservations/{id}/commit", new { amount = 8 }).Is(200).Has("used", 8).Has("held", 0).Has("remaining", 2);
    }

    [Fact]
    public async Task A_reservation_is_settled_once()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");
        await license.Post($"/reservations/{id}/commit", "{}").Is(200);

        await license.Post($"/reservations/{id}/commit", "{}").Refuses(404, "hold_not_found");
        await license.Software.Delete($"/api/v1/license/reservations/{id}").Refuses(404, "hold_not_found");
        await license.Check().Has("used", 6);
    }

    [Fact]
    public async Task A_commit_that_is_sent_again_gets_the_first_answer()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");
        await license.Post($"/reservations/{id}/commit", new { amount = 5 }, "key-1").Is(200);

        await license.Post($"/reservations/{id}/commit", new { amount = 5 }, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true")
            .Has("used", 5);
        await license.Check().Has("used", 5);
    }

    [Fact]
    public async Task A_reservation_that_is_made_again_with_one_key_is_made_once()
    {
        var license = await Meter.License(new { limit = 10 });
        var body = new { feature_code = license.Feature, amount = 6, ttl_seconds = 600 };
        var first = await license.Post("/reservations", body, "key-1").Is(201);

        await license.Post("/reservations", body, "key-1").Is(201).HasHeader("Idempotency-Replayed", "true").Has("id", first.String("id"));
        await license.Check().Has("held", 6);
    }

    [Fact]
    public async Task A_released_reservation_returns_to_the_allowance()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");

        await license.Software.Delete($"/api/v1/license/reservations/{id}").Is(204);

        await license.Check().Has("used", 0).Has("held", 0).Has("remaining", 10);
        await license.Post($"/reservations/{id}/commit", "{}").Refuses(404, "hold_not_found");
    }

    [Fact]
    public async Task A_reservation_of_another_license_is_not_found()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.LicenseOn(license.Plan, license.Feature);
        var id = (await Reserve(license, 6)).String("id");

        await other.Post($"/reservations/{id}/commit", "{}").Refuses(404, "hold_not_found");
        await other.Software.Delete($"/api/v1/license/reservations/{id}").Refuses(404, "hold_not_found");
        await license.Check().Has("held", 6);
    }

    [Fact]
    public async Task A_commit_of_a_bad_amount_leaves_the_reservation_open()
    {
        var license = await Meter.License(new { limit = 10 });
        var id = (await Reserve(license, 6)).String("id");

        foreach (var amount in new[] { "-1", "\"2\"", "1e15", "0.1234567891", "true" })
        {
            await license.Post($"/reservations/{id}/commit", $$"""{"amount":{{amount}}}""").RefusesField("/amount");
        }

        await license.Check().Has("held", 6).Has("used", 0);
    }

    [Fact]
    public async Task A_reservation_of_priced_use_sets_credit_aside_too()
    {
        var license = await Meter.License(new
        {
            price = new { unit = "USD" },
            tiers = new[] { new { from = 0, level = "normal", policy = "notify_only", unit_price = 0.1m } },
        });
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Succeeds();
        var id = (await Reserve(license, 60)).String("id");

        await license.Read("/balances").Has("items.0.held", 6).Has("items.0.available", 4);
        await license.Consume(41).Refuses(402, "insufficient_credits");
        await license.Post("/reservations", new { feature_code = license.Feature, amount = 41, ttl_seconds = 600 })
            .Refuses(402, "insufficient_credits");

        await license.Post($"/reservations/{id}/commit", new { amount = 50 }).Is(200).Has("cost", 5).Has("balance.available", 5);
        await license.Read("/balances").Has("items.0.held", 0).Has("items.0.available", 5);
    }

    [Fact]
    public async Task Many_reservations_at_once_never_pass_the_limit()
    {
        var license = await Meter.License(new { limit = 20 });

        var replies = await Task.WhenAll(Enumerable.Range(0, 15)
            .Select(_ => license.Post("/reservations", new { feature_code = license.Feature, amount = 3, ttl_seconds = 600 })));

        Assert.Equal(6, replies.Count(reply => reply.Status == 201));
        await license.Check().Has("held", 18).Has("remaining", 2);
    }

    private static Task<Reply> Reserve(License license, decimal amount) =>
        license.Post("/reservations", new { feature_code = license.Feature, amount, ttl_seconds = 600 }).Is(201);
}
