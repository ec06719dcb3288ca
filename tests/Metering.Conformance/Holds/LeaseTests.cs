using Metering.Conformance.Client;

namespace Metering.Conformance.Holds;

public sealed class LeaseTests : ContractTest
{
    private const int Ttl = 600;
    private DateTimeOffset opened;

    [Fact]
    public async Task A_lease_sets_a_part_of_the_allowance_aside()
    {
        var license = await Meter.License(new { limit = 10 });

        (await Lease(license, 6)).Has("amount", 6);

        await license.Check().Has("used", 0).Has("held", 6).Has("remaining", 4);
        await license.Consume(5).Refuses(403, "quota_exceeded");
        await license.Post("/leases", new { feature_code = license.Feature, amount = 5, ttl_seconds = 600, fingerprint = "other" })
            .Refuses(403, "quota_exceeded");
    }

    [Fact]
    public async Task A_lease_proves_itself_offline_with_a_token_signed_by_a_published_key()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);
        var token = new LeaseToken(lease.String("token"));
        var keys = await Meter.As(null).Get("/.well-known/jwks.json").Is(200);

        Assert.Equal("ES256", token.Header.GetProperty("alg").GetString());
        Assert.True(token.IsSignedByOneOf(keys.List("keys")));
        Assert.Equal(lease.Time("expires_at").ToUnixTimeSeconds(), token.Claims.GetProperty("exp").GetInt64());
        Assert.Contains(lease.String("id"), token.Claims.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(license.Feature, token.Claims.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("laptop-1", token.Claims.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_changed_proves_nothing()
    {
        var license = await Meter.License(new { limit = 10 });
        var token = (await Lease(license, 6)).String("token");
        var keys = await Meter.Get("/.well-known/jwks.json").Is(200);
        var parts = token.Split('.');
        var changed = LeaseToken.Encode(LeaseToken.Decode(parts[1]).Replace("laptop-1", "laptop-2", StringComparison.Ordinal));

        Assert.NotEqual(parts[1], changed);
        Assert.False(new LeaseToken($"{parts[0]}.{changed}.{parts[2]}").IsSignedByOneOf(keys.List("keys")));
    }

    [Fact]
    public async Task The_published_keys_hold_nothing_private()
    {
        var license = await Meter.License(new { limit = 10 });
        await Lease(license, 1);

        var keys = await Meter.As(null).Get("/.well-known/jwks.json").Is(200);

        Assert.NotEmpty(keys.List("keys"));
        Assert.All(keys.List("keys"), key => Assert.False(key.TryGetProperty("d", out _)));
    }

    [Fact]
    public async Task Use_is_synced_in_steps()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);

        await Sync(license, lease, false, Use("evt-1", 2), Use("evt-2", 1)).Is(200).Has("used", 3).Has("held", 3).Has("remaining", 4);
        await Sync(license, lease, false, Use("evt-3", 3)).Is(200).Has("used", 6).Has("held", 0).Has("remaining", 4);
    }

    [Fact]
    public async Task Use_that_is_synced_twice_counts_once()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);
        await Sync(license, lease, false, Use("evt-1", 2)).Is(200);

        await Sync(license, lease, false, Use("evt-1", 2), Use("evt-2", 1), Use("evt-2", 1)).Is(200).Has("used", 3).Has("held", 3);
        await license.Check().Has("used", 3).Has("held", 3);
    }

    [Fact]
    public async Task Steps_may_come_out_of_order()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);

        await Sync(license, lease, false, Use("evt-2", 1, 10)).Is(200);
        await Sync(license, lease, false, Use("evt-1", 2, 60)).Is(200).Has("used", 3).Has("held", 3);
    }

    [Fact]
    public async Task Closing_a_lease_returns_what_is_left()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);

        await Sync(license, lease, true, Use("evt-1", 2)).Is(200).Has("used", 2).Has("held", 0).Has("remaining", 8);
        await license.Consume(8).Is(200);
    }

    [Fact]
    public async Task Use_that_comes_after_the_close_is_counted_and_never_refused()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);
        await Sync(license, lease, true, Use("evt-1", 2)).Is(200);
        await license.Consume(8).Is(200);

        await Sync(license, lease, false, Use("evt-2", 3)).Is(200).Has("used", 13).Has("overage", 3);
    }

    [Fact]
    public async Task Use_beyond_the_lease_is_counted()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);

        await Sync(license, lease, false, Use("evt-1", 12)).Is(200).Has("used", 12).Has("held", 0).Has("overage", 2).Has("remaining", 0);
    }

    [Fact]
    public async Task A_step_without_use_tells_how_the_feature_stands()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);

        await Sync(license, lease, false).Is(200).Has("used", 0).Has("held", 6);
    }

    [Fact]
    public async Task A_step_that_is_sent_again_gets_the_first_answer()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);
        var body = new { usage = new[] { Use("evt-1", 2) } };
        var path = $"/leases/{lease.String("id")}/sync";
        await license.Post(path, body, "key-1").Is(200);

        await license.Post(path, body, "key-1").Is(200).HasHeader("Idempotency-Replayed", "true").Has("used", 2);
        await license.Check().Has("used", 2);
    }

    [Fact]
    public async Task Use_from_after_the_feature_was_taken_away_counts_and_the_lease_can_be_closed()
    {
        var license = await Meter.LicenseOn(null, await Meter.Feature());
        await license.Manage("/features", new { feature_code = license.Feature, limit = 10 }).Is(201);
        var lease = await Lease(license, 6);
        await Sync(license, lease, false, Use("evt-1", 1)).Is(200);
        await license.Manage(HttpMethod.Delete, "/features/" + license.Feature).Is(204);

        // A use that is said to happen later happens now, whatever the clocks say.
        await Sync(license, lease, true, Use("evt-2", 2, -Ttl)).Is(200).Has("reason", "feature_not_assigned").Has("amount", 3);

        await license.Manage("/features", new { feature_code = license.Feature, limit = 10 }).Is(201);
        await license.Check().Has("used", 3).Has("held", 0);
    }

    [Fact]
    public async Task A_lease_that_is_not_there_is_404()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.LicenseOn(license.Plan, license.Feature);
        var lease = await Lease(license, 6);

        await license.Post("/leases/no-such-lease/sync", new { usage = new[] { Use("evt-1", 1) } }).Refuses(404, "hold_not_found");
        await Sync(other, lease, false, Use("evt-1", 1)).Refuses(404, "hold_not_found");
        await license.Check().Has("used", 0);
        await other.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_step_with_one_bad_use_counts_nothing_of_it()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);

        await Sync(license, lease, false, Use("evt-1", 1), Use("evt-2", -1)).RefusesField("/usage/1/amount");

        await license.Check().Has("used", 0).Has("held", 6);
    }

    [Fact]
    [Rule(8)]
    public async Task A_step_whose_key_was_used_for_another_counts_nothing()
    {
        var license = await Meter.License(new { limit = 10 });
        var lease = await Lease(license, 6);
        var (path, key) = ($"/leases/{lease.String("id")}/sync", Meter.Unique("key"));
        var first = await license.Post(path, new { usage = new[] { Use("evt-1", 2) } }, key).Is(200);

        await license.Post(path, new { usage = new[] { Use("evt-2", 3) } }, key).Refuses(422, "idempotency_key_reused");
        var again = await license.Post(path, new { usage = new[] { Use("evt-1", 2) } }, key).Is(200)
            .HasHeader("Idempotency-Replayed", "true");

        Assert.Equal(first.Text, again.Text);
        await license.Check().Has("used", 2).Has("held", 4);
    }

    private async Task<Reply> Lease(License license, decimal amount)
    {
        var lease = await license.Post(
            "/leases", new { feature_code = license.Feature, amount, ttl_seconds = Ttl, fingerprint = "laptop-1" }).Is(201);
        opened = lease.Time("expires_at").AddSeconds(-Ttl);
        return lease;
    }

    private static Task<Reply> Sync(License license, Reply lease, bool close, params object[] usage) =>
        license.Post($"/leases/{lease.String("id")}/sync", close ? new { usage, close } : (object)new { usage });

    /// <summary>A use that happened some time before the lease was opened, or just then.</summary>
    private object Use(string id, decimal amount, int secondsAgo = 0) =>
        new { event_id = id, amount, occurred_at = Meter.Text(opened.AddSeconds(-secondsAgo)) };
}
