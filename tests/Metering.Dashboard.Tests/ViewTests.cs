using System.Globalization;
using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>Each view shows what the meter knows, and asks nobody else for anything.</summary>
[Collection(DashboardCollection.Name)]
public sealed class ViewTests(DashboardFixture dashboard)
{
    // What is read where; {busy} is the busy tenant's license.
    private static readonly (string Place, string[] Texts)[] Places =
    [
        ("", ["Overview", SeededMeter.BusyTenant, "127.0.0.1:9/signals"]),
        ("tenants", ["Tenants", SeededMeter.BusyTenant]),
        ("tenants/" + SeededMeter.BusyTenant, [SeededMeter.BusyTenant, "37 of 40", "License by license"]),
        ("licenses?tenant=" + SeededMeter.BusyTenant, ["Licenses", "{busy}", "small"]),
        ("licenses/{busy}", ["Why is it 37?", "93% used"]),
        ("licenses/{busy}/grants", ["This license has no grants"]),
        ("licenses/{busy}/balances", ["62.5", "Topped up", SeededMeter.Markup]),
        ("licenses/{busy}/holds", ["Reservation", "build-01", SeededMeter.Markup]),
        ("licenses/{busy}/ledger", ["Decremented", SeededMeter.Markup, "+30"]),
        ("licenses/{busy}/why", ["They add up to 37.", "consumed +39 in 3", "decremented -2 in 1"]),
        ("catalog", ["Small " + SeededMeter.Markup, "v2", "Calls " + SeededMeter.Markup]),
        ("catalog/plans/small", ["Version 2", "Version 1", "changed"]),
        ("exports", ["Daily usage", "0 6 * * *", "Next runs"]),
        ("webhooks", ["http://127.0.0.1:9/signals", "Enabled"]),
        ("dead-letters", ["Feature not assigned", SeededMeter.Markup]),
        ("live", ["Live events"]),
        ("nowhere", ["This page does not exist"]),
    ];

    // In one tab, as somebody looks around: a tab for each would take three times as long.
    [Fact]
    public async Task Each_view_shows_what_is_there()
    {
        await using var tab = await dashboard.OpenAsync("begin");
        foreach (var (place, texts) in Places)
        {
            await tab.GoAsync(place.Replace("{busy}", dashboard.Busy, StringComparison.Ordinal));
            foreach (var text in texts)
            {
                await tab.SeesAsync(text.Replace("{busy}", dashboard.Busy, StringComparison.Ordinal));
            }

            await tab.SettledAsync();
            Assert.Equal(0, await tab.Page.Locator("img[src=x], main b").CountAsync());
        }

        Assert.NotEqual("broken", await tab.Page.TitleAsync());
        tab.HasNoFaults();
    }

    [Fact]
    public async Task The_tail_shows_what_comes_and_why_it_was_not_counted()
    {
        await using var tab = await dashboard.OpenAsync("live");
        await tab.SettledAsync();
        await dashboard.Meter.PostAsync(
            "/api/events", new[] { new { tenant_id = SeededMeter.Markup, metric = "seen", quantity = 4, event_id = "come-late" } });

        await tab.SeesAsync("come-late");
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "come-late" });
        await Assertions.Expect(row).ToContainTextAsync("Dead letter");
        await Assertions.Expect(row).ToContainTextAsync("Feature not assigned");
        await Assertions.Expect(row).ToContainTextAsync(SeededMeter.Markup);
        tab.HasNoFaults();
    }

    [Fact]
    public async Task A_deep_address_is_reached_by_the_menu_and_by_the_history()
    {
        await using var tab = await dashboard.OpenAsync("");
        var menu = tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        await menu.GetByRole(AriaRole.Link, new() { Name = "Catalog" }).ClickAsync();
        await Assertions.Expect(tab.Heading).ToHaveTextAsync("Catalog");
        await Assertions.Expect(tab.Heading).ToBeFocusedAsync();
        await tab.Page.GoBackAsync();

        await Assertions.Expect(tab.Heading).ToHaveTextAsync("Overview");
    }

    [Theory]
    [InlineData(46 * 3_600, "in 46 hours")]
    [InlineData(-46 * 3_600, "46 hours ago")]
    [InlineData(50 * 3_600, "in 2 days")]
    [InlineData(59 * 86_400, "in 59 days")]
    [InlineData(400 * 86_400, "in 13 months")]
    [InlineData(-90, "90 seconds ago")]
    [InlineData(0, "now")]
    public async Task How_long_it_is_until_a_time_is_said_in_numbers(int seconds, string words)
    {
        await using var tab = await dashboard.OpenAsync("nowhere");

        const string Script = """
            async seconds => {
              const { agoText } = await import("./dashboard/core/times.js");
              const now = Date.now();
              Date.now = () => now;
              return agoText(now + seconds * 1000);
            }
            """;
        Assert.Equal(words, await tab.Page.EvaluateAsync<string>(Script, seconds));
    }

    [Fact]
    public async Task Times_are_in_the_browsers_zone_with_utc_in_the_title()
    {
        await using var tab = await dashboard.OpenAsync("licenses/" + dashboard.Busy);
        await tab.SettledAsync();
        var time = tab.Page.GetByRole(AriaRole.Main).Locator("time").First;
        var at = DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);
        var there = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        Assert.Contains(there.ToString("h:mm", CultureInfo.InvariantCulture), await time.InnerTextAsync(), StringComparison.Ordinal);
        Assert.EndsWith(" UTC", await time.GetAttributeAsync("title"), StringComparison.Ordinal);
    }
}
