using System.Globalization;
using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>What is seen of a license.</summary>
[Collection(DashboardCollection.Name)]
public sealed class LicenseTests(DashboardFixture dashboard)
{
    [Fact]
    public async Task It_shows_use_against_allowance_with_its_level_as_numbers_and_as_a_table()
    {
        await using var tab = await dashboard.OpenAsync("licenses/" + dashboard.Busy);
        await tab.SettledAsync();

        await Assertions.Expect(tab.Heading).ToHaveTextAsync(dashboard.Busy);
        var meter = tab.Page.GetByRole(AriaRole.Meter);
        await Assertions.Expect(meter).ToHaveAttributeAsync("aria-valuetext", "37 of 40 used, 93%");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Img, new() { Name = "37 used of the period, of an allowance of 40" })).ToBeVisibleAsync();
        await tab.Page.GetByText("Show as a table").ClickAsync();
        var today = DateTime.UtcNow.ToString("MMM d, yyyy", CultureInfo.InvariantCulture);
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row, new() { Name = today })).ToContainTextAsync("37");
        tab.HasNoFaults();
    }

    [Fact]
    public async Task A_grant_burns_down_once_the_limit_is_used()
    {
        var license = await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_burn");
        var id = license.GetProperty("id").GetString()!;
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/grants", new { feature_code = "calls", amount = 10 });
        await dashboard.Meter.SendAsync(
            HttpMethod.Post, "/api/v1/license/consume", new { feature_code = "calls", amount = 43 }, license.GetProperty("key").GetString());
        await using var tab = await dashboard.OpenAsync($"licenses/{id}/grants");

        var chart = tab.Page.GetByRole(AriaRole.Img, new() { Name = "7 are left in total." });
        await Assertions.Expect(chart).ToBeVisibleAsync();
        await tab.Page.GetByText("Show as a table").ClickAsync();
        var today = DateTime.UtcNow.ToString("MMM d, yyyy", CultureInfo.InvariantCulture);
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row, new() { Name = today + " 7" })).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row, new() { Name = "grt_2 Active" })).ToContainTextAsync("never expiresnever");
    }

    [Fact]
    public async Task Names_with_markup_stay_text()
    {
        await using var tab = await dashboard.OpenAsync("licenses/" + dashboard.Busy);
        await tab.SettledAsync();

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Calls " + SeededMeter.Markup })).ToBeVisibleAsync();
        Assert.Equal(0, await tab.Page.Locator("img[src=x], main b").CountAsync());
        tab.HasNoFaults();
    }
}
