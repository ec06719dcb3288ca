using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>The page is for everybody: axe finds nothing serious, a phone shows all of it, and a keyboard reaches all of it.</summary>
[Collection(DashboardCollection.Name)]
public sealed class AccessibilityTests(DashboardFixture dashboard)
{
    private static readonly string[] Views =
    [
        "", "tenants", "tenants/" + SeededMeter.BusyTenant, "licenses", "licenses/{busy}", "licenses/{busy}/grants", "licenses/{busy}/balances",
        "licenses/{busy}/holds", "licenses/{busy}/ledger", "licenses/{busy}/why", "catalog", "catalog/plans/small", "exports", "webhooks",
        "dead-letters", "live",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Axe_finds_nothing_serious_on_any_view(bool dark)
    {
        await using var tab = await dashboard.OpenAsync("nowhere", new() { Dark = dark });
        foreach (var view in Views)
        {
            await ShowAsync(tab, view);
            await AssertAccessibleAsync(tab, view, dark);
        }

        await ShowAsync(tab, "licenses/{busy}");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Grant Calls" }).ClickAsync();
        await AssertAccessibleAsync(tab, "the dialog", dark);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Axe_finds_nothing_serious_where_one_signs_in(bool dark)
    {
        await using var tab = await dashboard.OpenAsync("", new() { Token = null, Dark = dark });

        await AssertAccessibleAsync(tab, "sign-in", dark);
    }

    [Fact]
    public async Task A_phone_shows_every_view_without_scrolling_sideways()
    {
        await using var tab = await dashboard.OpenAsync("nowhere", new() { Width = 375 });
        foreach (var view in Views)
        {
            await ShowAsync(tab, view);
            Assert.True(
                await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 375, $"{view} is wider than the screen");
        }

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Exports" }).ClickAsync();
        await Assertions.Expect(tab.Heading).ToHaveTextAsync("Exports");
    }

    [Fact]
    public async Task The_keyboard_alone_opens_and_sends_a_dialog_and_skips_the_menu()
    {
        var license = (await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_keyboard")).GetProperty("id").GetString()!;
        await using var tab = await dashboard.OpenAsync("licenses/" + license);
        await tab.SettledAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" }).FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Grant Calls" }).FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Page.GetByLabel("Amount (call)")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("5");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.SeesAsync("Granted more Calls");
    }

    [Fact]
    public async Task The_chosen_theme_stays()
    {
        await using var tab = await dashboard.OpenAsync("catalog");
        await tab.Page.GetByLabel("Theme").SelectOptionAsync("dark");
        await tab.Page.ReloadAsync();

        Assert.Equal("rgb(14, 17, 23)", await tab.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    private async Task ShowAsync(Tab tab, string view)
    {
        await tab.GoAsync(view.Replace("{busy}", dashboard.Busy, StringComparison.Ordinal));
        await tab.SettledAsync();
        Assert.True(await tab.Page.GetByRole(AriaRole.Alert).CountAsync() == 0, $"{view} shows a fault");
    }

    private static async Task AssertAccessibleAsync(Tab tab, string view, bool dark)
    {
        var found = await Axe.FindAsync(tab.Page, colorsOnly: dark);
        Assert.True(found.Length == 0, $"{view}: {string.Join('\n', found)}");
    }
}
