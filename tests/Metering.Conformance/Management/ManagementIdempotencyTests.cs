using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

[Rule(8)]
public sealed class ManagementIdempotencyTests : ContractTest
{
    /// <summary>Calls under a license that change something, and the same call asking for something else.</summary>
    public static TheoryData<string, string, string> Calls => new()
    {
        { "/grants", """{"feature_code":"FEATURE","amount":5}""", """{"feature_code":"FEATURE","amount":6}""" },
        { "/usage/decrement", """{"feature_code":"FEATURE","amount":1}""", """{"feature_code":"FEATURE","amount":2}""" },
        { "/usage/reset", """{"feature_code":"FEATURE","top_up":5}""", """{"feature_code":"FEATURE","top_up":6}""" },
        { "/balances/USD/top-up", """{"amount":5}""", """{"amount":6}""" },
        { "/balances/USD/withdraw", """{"amount":1}""", """{"amount":2}""" },
        { "/actions/increment-usage", """{"meta":{"increment":2}}""", """{"meta":{"increment":3}}""" },
        { "/actions/decrement-usage", """{"meta":{"decrement":2}}""", """{"meta":{"decrement":3}}""" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_management_call_with_a_key_is_done_once(string path, string body, string other)
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Consume(50).Is(200);
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Succeeds();
        body = body.Replace("FEATURE", license.Feature, StringComparison.Ordinal);
        other = other.Replace("FEATURE", license.Feature, StringComparison.Ordinal);

        await license.Manage(HttpMethod.Post, path, body, "key-1").Succeeds().HasNoHeader("Idempotency-Replayed");
        var once = await Picture(license);
        await license.Manage(HttpMethod.Post, path, body, "key-1").Succeeds().HasHeader("Idempotency-Replayed", "true");
        await license.Manage(HttpMethod.Post, path, other, "key-1").Is(422);
        Assert.Equal(once, await Picture(license));

        await license.Manage(HttpMethod.Post, path, body, "key-2").Succeeds().HasNoHeader("Idempotency-Replayed");
        Assert.NotEqual(once, await Picture(license));
    }

    public static TheoryData<string, string, string> Repeats => new()
    {
        { "POST", "/grants", """{"feature_code":"FEATURE","amount":5}""" },
        { "POST", "/usage/decrement", """{"feature_code":"FEATURE","amount":1}""" },
        { "POST", "/usage/reset", """{"feature_code":"FEATURE"}""" },
        { "POST", "/usage/reset", "{}" },
        { "POST", "/usage/reset", """{"top_up":5}""" },
        { "POST", "/usage/resume", """{"feature_code":"FEATURE"}""" },
        { "POST", "/features", """{"feature_code":"FEATURE","limit":70}""" },
        { "POST", "/balances/USD/withdraw", """{"amount":1}""" },
        { "POST", "/balances/USD/suspend", "{}" },
        { "POST", "/suspend", "{}" },
        { "POST", "/resume", "{}" },
        { "PATCH", "", """{"expires_at":"2099-01-01T00:00:00Z"}""" },
        { "POST", "/actions/increment-usage", """{"meta":{"increment":2}}""" },
        { "POST", "/actions/decrement-usage", """{"meta":{"decrement":2}}""" },
        { "POST", "/actions/reset-usage", "{}" },
    };

    [Theory]
    [MemberData(nameof(Repeats))]
    public async Task A_repeat_gets_the_first_answer_whatever_has_come_since(string method, string path, string body)
    {
        var license = await Meter.License(new { limit = 100 });
        await license.Consume(50).Is(200);
        await license.Manage("/balances", new { unit = "USD", amount = 10 }).Succeeds();
        body = body.Replace("FEATURE", license.Feature, StringComparison.Ordinal);
        var first = await license.Manage(new HttpMethod(method), path, body, "key-1").Succeeds().HasNoHeader("Idempotency-Replayed");

        await license.Report(20).Is(200);
        await license.Grant(7);
        await license.Manage("/balances/USD/top-up", new { amount = 3 }).Succeeds();
        await license.Manage("/features", new { feature_code = license.Feature, limit = 90 }).Succeeds();
        await license.Manage(HttpMethod.Patch, "", new { expires_at = "2088-01-01T00:00:00Z" }).Succeeds();
        await license.Manage(path == "/suspend" ? "/resume" : "/suspend").Succeeds();

        var again = await license.Manage(new HttpMethod(method), path, body, "key-1").Succeeds().HasHeader("Idempotency-Replayed", "true");
        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
    }

    [Fact]
    public async Task Increments_at_the_same_time_each_get_their_own_count()
    {
        const int Many = 20;
        var license = await Meter.License(new { limit = Many });

        var replies = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => license.Manage("/actions/increment-usage").Is(200)));

        Assert.Equal(
            Enumerable.Range(1, Many).Select(uses => (decimal)uses), replies.Select(reply => reply.Number("data.attributes.uses")).Order());
    }

    [Fact]
    public async Task Corrections_at_the_same_time_each_get_their_own_count()
    {
        const int Many = 20;
        var license = await Meter.License(new { limit = 100 });
        await license.Consume(100).Is(200);

        var replies = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ =>
            license.Manage("/usage/decrement", new { feature_code = license.Feature, amount = 1 }).Is(200)));

        Assert.Equal(
            Enumerable.Range(100 - Many, Many).Select(used => (decimal)used), replies.Select(reply => reply.Number("used")).Order());
    }

    [Fact]
    public async Task A_repeat_means_the_feature_that_was_the_only_one_at_first()
    {
        var license = await Meter.License(new { limit = 100 });
        var first = await license.Manage(HttpMethod.Post, "/actions/increment-usage", null, "key-1").Is(200);
        var other = (await Meter.License(new { limit = 5 })).Feature;
        await license.Manage("/features", new { feature_code = other, limit = 5 }).Is(201);

        var again = await license.Manage(HttpMethod.Post, "/actions/increment-usage", null, "key-1").Is(200);
        Assert.Equal(first.Text, again.Text);
        await license.Manage("/actions/increment-usage").Is(400).Has("errors.0.source.pointer", "/feature_code");
    }

    [Fact]
    public async Task A_repeated_creation_makes_one_license_and_does_not_show_its_key_again()
    {
        var (key, body) = (Meter.Unique("create"), new { tenant_id = Meter.Unique("tenant") });
        var first = await Meter.Post("/api/v1/licenses", body, key).Is(201).HasNoHeader("Idempotency-Replayed");

        var again = await Meter.Post("/api/v1/licenses", body, key).Is(201).HasHeader("Idempotency-Replayed", "true").Has("key", null);

        Assert.Equal(first.Text.Replace($"\"{first.String("key")}\"", "null", StringComparison.Ordinal), again.Text);
        Assert.Equal(first.Location, again.Location);
        Assert.Single((await Meter.Get("/api/v1/licenses?tenant_id=" + body.tenant_id).Is(200)).Items);
        await Meter.Post("/api/v1/licenses", new { tenant_id = "another" }, key).Refuses(422, "idempotency_key_reused");
        await Meter.As("License", first.String("key")).Get("/api/v1/license/usage").Is(200);
    }

    [Fact]
    public async Task A_repeated_rotation_gives_no_other_key_and_one_without_a_key_does()
    {
        var license = await Meter.License(new { limit = 100 });
        var first = await license.Manage(HttpMethod.Post, "/rotate-key", null, "r-1").Is(200);

        await license.Manage(HttpMethod.Post, "/rotate-key", null, "r-1").Is(200).HasHeader("Idempotency-Replayed", "true")
            .Has("key", null);

        await Meter.As("License", first.String("key")).Get("/api/v1/license/usage").Is(200);
        var lost = await license.Manage("/rotate-key").Is(200);
        await Meter.As("License", lost.String("key")).Get("/api/v1/license/usage").Is(200);
    }

    [Fact]
    public async Task A_repeated_webhook_is_made_once_and_does_not_show_its_secret_again()
    {
        var (key, body) = (Meter.Unique("hook"), new { url = "https://hooks.example.com/" + Meter.Unique("hook") });
        var first = await Meter.Post("/api/v1/webhooks", body, key).Is(201);
        var path = "/api/v1/webhooks/" + first.String("id");
        try
        {
            await Meter.Post("/api/v1/webhooks", body, key).Is(201).HasHeader("Idempotency-Replayed", "true").Has("id", first.String("id"))
                .Has("secret", null);

            var rotated = await Meter.Patch(path, new { rotate_secret = true }, key).Is(200).HasNoHeader("Idempotency-Replayed");
            Assert.NotEqual(first.String("secret"), rotated.String("secret"));
            await Meter.Patch(path, new { rotate_secret = true }, key).Is(200).HasHeader("Idempotency-Replayed", "true")
                .Has("secret", null);
        }
        finally
        {
            await Meter.Delete(path).Is(204);
        }
    }

    [Fact]
    public async Task A_management_key_is_not_a_runtime_key()
    {
        var license = await Meter.License(new { limit = 100 });

        await license.Manage(HttpMethod.Post, "/grants", new { feature_code = license.Feature, amount = 5 }, "key-1").Succeeds();
        await license.Consume(3, "key-1").Is(200).HasNoHeader("Idempotency-Replayed").Has("used", 3);
    }

    [Fact]
    public async Task Without_a_key_a_management_call_is_done_each_time()
    {
        var license = await Meter.License(new { limit = 100 });

        await license.Grant(5);
        await license.Grant(5);

        await license.Check().Has("allowance", 110);
    }

    private static async Task<string> Picture(License license) => (await license.Read("/usage").Is(200)).Text;
}
