using System.Text.Json;
using Metering.Dashboard.Tests.Support;

namespace Metering.Dashboard.Tests;

/// <summary>What the pages work out themselves is exact: it stands beside amounts of the ledger.</summary>
[Collection(DashboardCollection.Name)]
public sealed class AmountTests(DashboardFixture dashboard)
{
    [Theory]
    [InlineData("sum([parseExactly('123456789.1')])", "123456789.1")]
    [InlineData("difference(parseExactly('12345678.3'), parseExactly('12345678.1'))", "0.2")]
    [InlineData("difference(parseExactly('99999999.99'), parseExactly('99999999.98'))", "0.01")]
    [InlineData("sum([parseExactly('123456789012345.123456789'), parseExactly('0.000000001')])", "123456789012345.12345679")]
    [InlineData("sum([parseExactly('0.000000001'), parseExactly('0.000000002')])", "3e-9")]
    [InlineData("sum([parseExactly('-8388608.3'), parseExactly('0.1')])", "-8388608.2")]
    public async Task Sums_and_differences_have_the_digits_of_the_amounts_and_no_others(string worked, string exact)
    {
        await using var tab = await dashboard.OpenAsync("nowhere");

        var script = $$"""
            async () => {
              const { difference, parseExactly, sum } = await import("./dashboard/core/amounts.js");
              return String({{worked}});
            }
            """;

        Assert.Equal(exact, await tab.Page.EvaluateAsync<string>(script));
    }

    [Fact]
    public async Task A_tenant_with_more_licenses_than_are_added_up_keeps_its_page()
    {
        await using var tab = await dashboard.OpenAsync("nowhere");
        await tab.Page.RouteAsync("**/api/v1/quota/**", async route =>
        {
            var answer = await route.FetchAsync();
            var whole = JsonSerializer.Deserialize<Dictionary<string, JsonElement?>>(await answer.TextAsync())!;
            (whole["licenses"], whole["together"]) = (null, null);
            await route.FulfillAsync(new() { Response = answer, Body = JsonSerializer.Serialize(whole) });
        });
        await tab.GoAsync("tenants/" + SeededMeter.BusyTenant);

        await tab.SeesAsync("This tenant has too many licenses with this metric to add up here.");
        await tab.SeesAsync("Licenses");
        Assert.NotEqual(0, await tab.Page.Locator("tbody tr").CountAsync());
    }
}
