using Metering.Conformance.Client;

namespace Metering.Conformance.BadInput;

public sealed class QueryTests : ContractTest
{
    [Theory]
    [InlineData("features")]
    [InlineData("plans")]
    [InlineData("licenses")]
    [InlineData("dead-letters")]
    [InlineData("licenses/{id}/features")]
    [InlineData("licenses/{id}/grants")]
    [InlineData("licenses/{id}/balances")]
    [InlineData("licenses/{id}/ledger")]
    [InlineData("licenses/{id}/rollups")]
    public async Task A_list_refuses_a_limit_that_is_none_and_gives_no_more_than_it_allows(string list)
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Grant(1);
        await license.Grant(1);
        await license.Consume(1).Is(200);
        var path = "/api/v1/" + list.Replace("{id}", license.Id, StringComparison.Ordinal);

        foreach (var limit in new[] { "0", "-1", "1001", "1.5", "ten", "99999999999999999999" })
        {
            await Meter.Get($"{path}?limit={limit}").RefusesField("/limit");
        }

        var page = await Meter.Get($"{path}?limit=1").Is(200);
        Assert.InRange(page.Items.Count, 0, 1);
        Assert.True(page.Contains("next_cursor"));
    }

    [Theory]
    [InlineData("licenses/{id}/grants")]
    [InlineData("licenses/{id}/ledger")]
    public async Task A_cursor_is_good_for_the_list_of_its_license_alone(string list)
    {
        var (one, other) = (await Busy(), await Busy());

        var cursor = (await Meter.Get(Of(one) + "?limit=1").Is(200)).String("next_cursor");

        await Meter.Get($"{Of(one)}?limit=1&cursor={cursor}").Is(200);
        await Meter.Get($"{Of(other)}?limit=1&cursor={cursor}").RefusesField("/cursor");

        string Of(License license) => "/api/v1/" + list.Replace("{id}", license.Id, StringComparison.Ordinal);

        async Task<License> Busy()
        {
            var license = await Meter.License(new { limit = 10 });
            await license.Grant(1);
            await license.Grant(1);
            return license;
        }
    }

    [Theory]
    [InlineData(15, 404)]
    [InlineData(16, 400)]
    [InlineData(64, 400)]
    public async Task Metadata_in_a_query_lies_no_deeper_than_in_a_body(int levels, int status)
    {
        var license = await Meter.License(new { limit = 10 });
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);

        var reply = await license.Manage(HttpMethod.Delete, "/grants/no-such-grant?metadata=" + Uri.EscapeDataString(deep))
            .RefusesSomehow().Is(status);

        if (status == 400)
        {
            reply.RefusesField("/metadata");
        }
    }

    [Fact]
    public async Task Metadata_in_a_query_has_no_name_twice() =>
        await (await Meter.License(new { limit = 10 })).Manage(
            HttpMethod.Delete, "/grants/no-such-grant?metadata=" + Uri.EscapeDataString("""{"a":1,"a":2}""")).RefusesField("/metadata");

    [Theory]
    [InlineData("dry_run=maybe")]
    [InlineData("dry_run=1")]
    public async Task A_dry_run_that_is_neither_true_nor_false_is_refused(string query) =>
        await Meter.Put("/api/v1/catalog?" + query, """{ "features": [], "plans": [] }""").Refuses(400, "invalid_request");
}
