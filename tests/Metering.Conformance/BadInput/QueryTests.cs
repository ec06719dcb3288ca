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
    [InlineData("dry_run=maybe")]
    [InlineData("dry_run=1")]
    public async Task A_dry_run_that_is_neither_true_nor_false_is_refused(string query) =>
        await Meter.Put("/api/v1/catalog?" + query, """{ "features": [], "plans": [] }""").Refuses(400, "invalid_request");
}
