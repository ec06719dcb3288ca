using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

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
