using System.Text.Json;
using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

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

    [Theory]
    [InlineData("licenses/{id}", "Grant Calls", "Amount (call)", "/grants", "1.000 call")]
    [InlineData("licenses/{id}/balances", "Top up USD", "Amount (USD)", "/balances/USD/top-up", "1.000 USD")]
    public async Task Where_a_point_separates_thousands_no_thousand_is_sent_as_one(
        string place, string action, string label, string path, string says)
    {
        var id = (await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_german")).GetProperty("id").GetString()!;
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/balances", new { unit = "USD", amount = 5 });
        await using var tab = await dashboard.OpenAsync(place.Replace("{id}", id, StringComparison.Ordinal), new() { Locale = "de-DE" });
        var sent = new List<string>();
        await tab.Page.RouteAsync("**" + path, async route =>
        {
            if (route.Request.Method == "POST")
            {
                sent.Add(JsonSerializer.Deserialize<JsonElement>(route.Request.PostData!).GetProperty("amount").GetRawText());
            }

            await route.ContinueAsync();
        });
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = action }).ClickAsync();
        var dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel(label).FillAsync("1.000");
        await dialog.GetByLabel(label).PressAsync("Enter");
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Write 1000, or 1.0000 for the fraction.");
        await Assertions.Expect(dialog.GetByLabel(label)).ToHaveAttributeAsync("aria-invalid", "true");

        await dialog.GetByLabel(label).FillAsync("1000");
        await Assertions.Expect(dialog.Locator(".says")).ToContainTextAsync(says);
        await dialog.GetByLabel(label).PressAsync("Enter");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        Assert.Equal(["1000"], sent);
    }

    [Theory]
    [InlineData("en-US", "1.000", null)]
    [InlineData("de-DE", "1.000", "1000 1.0000")]
    [InlineData("de-DE", "-12.345", "-12345 -12.3450")]
    [InlineData("de-DE", "0.500", null)]
    [InlineData("de-DE", "1.5", null)]
    [InlineData("de-DE", "1234.567", null)]
    [InlineData("pl-PL", "1.000", null)]
    public async Task An_amount_is_unclear_only_where_it_looks_like_thousands(string locale, string text, string? forms)
    {
        await using var tab = await dashboard.OpenAsync("nowhere", new() { Locale = locale });

        var found = await tab.Page.EvaluateAsync<string?>(
            "async text => (await import('./dashboard/core/amounts.js')).readings(text)?.join(' ') ?? null", text);

        Assert.Equal(forms, found);
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
