using System.Text.Json;
using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>What is done from the page reaches the meter, once, after the page has said what will happen.</summary>
[Collection(DashboardCollection.Name)]
public sealed class ActionTests(DashboardFixture dashboard)
{
    [Fact]
    public async Task A_grant_is_given_once_though_the_first_answer_is_lost()
    {
        var (id, tab) = await OpenLicenseAsync("tenant_grant");
        await using var closing = tab;
        var lost = 0;
        await tab.Page.RouteAsync("**/grants", async route =>
        {
            // The server has done it; what it answers does not arrive.
            await route.FetchAsync();
            if (Interlocked.Increment(ref lost) == 1)
            {
                await route.AbortAsync();
                return;
            }

            await route.ContinueAsync();
        });
        await ButtonAsync(tab, "Grant Calls");
        var dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Amount (call)").FillAsync("12.5");
        await dialog.GetByLabel("Reason (optional)").FillAsync("A good customer");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Grant" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server can't be reached.");
        await Assertions.Expect(dialog.GetByLabel("Amount (call)")).ToHaveValueAsync("12.5");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await tab.SeesAsync("Granted more Calls");

        var grants = await dashboard.Meter.GetAsync($"/api/v1/licenses/{id}/grants");
        Assert.Equal(12.5m, Assert.Single(grants.GetProperty("items").EnumerateArray()).GetProperty("amount").GetDecimal());
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuetext", "0 of 52.5 used, 0%");
    }

    [Fact]
    public async Task What_the_server_refuses_stands_beside_its_field_and_nothing_typed_is_lost()
    {
        var (id, tab) = await OpenLicenseAsync("tenant_typo");
        await using var closing = tab;
        await ButtonAsync(tab, "Grant Calls");
        var dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Amount (call)").FillAsync("-3");
        await dialog.GetByLabel("Reference (optional)").FillAsync("T-1");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Grant" }).ClickAsync();

        await Assertions.Expect(dialog.GetByLabel("Amount (call)")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(dialog.GetByLabel("Reference (optional)")).ToHaveValueAsync("T-1");
        await dialog.GetByLabel("Amount (call)").FillAsync("3");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await tab.SeesAsync("Granted more Calls");
        Assert.Equal(1, (await dashboard.Meter.GetAsync($"/api/v1/licenses/{id}/grants")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("", "Grant Calls")]
    [InlineData("", "Reset Calls")]
    [InlineData("/balances", "Top up USD")]
    [InlineData("/balances", "Change USD")]
    public async Task Whoever_gives_a_reason_is_told_that_the_customer_sees_it(string view, string action)
    {
        await using var tab = await dashboard.OpenAsync($"licenses/{dashboard.Busy}{view}");
        await ButtonAsync(tab, action);

        await Assertions.Expect(tab.Page.GetByLabel("Reason (optional)")).ToHaveAccessibleDescriptionAsync(
            "Kept in the ledger. Customers see it in their statement.");
    }

    [Fact]
    public async Task A_balance_gets_another_mark_and_may_fall_below_zero()
    {
        var id = (await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_other_terms")).GetProperty("id").GetString()!;
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/balances", new { unit = "USD", amount = 50, low_at = 5 });
        await using var tab = await dashboard.OpenAsync($"licenses/{id}/balances");

        // The one entry, and now.
        await tab.Page.GetByText("Show as a table").ClickAsync();
        await Assertions.Expect(tab.Page.Locator("details table tbody tr")).ToHaveCountAsync(2);

        await ButtonAsync(tab, "Change USD");
        await tab.SeesAsync("signalled when less than 5");
        var dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Low at (USD) (optional)").FillAsync("12.5");
        await ConfirmAsync(tab, "Change");
        await tab.SeesAsync("USD was changed.");
        await tab.SeesAsync("Balance changed: low at 12.5");

        await ButtonAsync(tab, "Change USD");
        await tab.Page.GetByRole(AriaRole.Dialog).GetByLabel("Below zero (optional)").SelectOptionAsync("allowed");
        await ConfirmAsync(tab, "Change");
        await Assertions.Expect(tab.Page.Locator("dl.numbers")).ToContainTextAsync("Below zeroallowed");
        var balance = Assert.Single((await dashboard.Meter.GetAsync($"/api/v1/licenses/{id}/balances")).GetProperty("items").EnumerateArray());
        Assert.Equal((12.5m, true), (balance.GetProperty("low_at").GetDecimal(), balance.GetProperty("allow_overage").GetBoolean()));
        tab.HasNoFaults();
    }

    [Fact]
    public async Task Use_is_reset_and_the_license_suspended_and_resumed()
    {
        var (id, tab) = await OpenLicenseAsync("tenant_reset", used: 7);
        await using var closing = tab;

        await ButtonAsync(tab, "Reset Calls");
        await tab.SeesAsync("ends now with 7 used");
        await ConfirmAsync(tab, "Reset");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuetext", "0 of 40 used, 0%");
        Assert.Equal(0, (await UsageAsync(id)).GetProperty("used").GetDecimal());

        await ButtonAsync(tab, "Suspend license");
        await ConfirmAsync(tab, "Suspend");
        await tab.SeesAsync("is suspended.");
        Assert.Equal("suspended", (await dashboard.Meter.GetAsync("/api/v1/licenses/" + id)).GetProperty("status").GetString());

        await ButtonAsync(tab, "Resume license");
        await ConfirmAsync(tab, "Resume");
        await tab.SeesAsync("is active again.");
        Assert.Equal("active", (await dashboard.Meter.GetAsync("/api/v1/licenses/" + id)).GetProperty("status").GetString());
        tab.HasNoFaults();
    }

    [Fact]
    public async Task Use_that_a_policy_suspended_is_shown_as_such_and_resumed()
    {
        var id = await SuspendedUseAsync("tenant_stopped");
        await using var tab = await dashboard.OpenAsync("licenses/" + id);
        var tile = tab.Page.GetByRole(AriaRole.Button, new() { Name = "bursts", Pressed = true });
        await Assertions.Expect(tile).ToContainTextAsync("Suspended");

        await ButtonAsync(tab, "Resume the use of bursts");
        await ConfirmAsync(tab, "Resume");
        await tab.SeesAsync("bursts may be used again");
        await Assertions.Expect(tile).ToContainTextAsync("Normal");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume the use of bursts" })).ToHaveCountAsync(0);
        tab.HasNoFaults();
    }

    [Fact]
    public async Task A_customer_sees_that_use_or_the_license_is_suspended()
    {
        var id = await SuspendedUseAsync("tenant_stopped_customer");
        var link = (await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/view-tokens", new { })).GetProperty("url").GetString()!;
        await using var customer = await CustomerTab.OpenAsync(dashboard, link);
        var card = customer.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "bursts" });
        await Assertions.Expect(card).ToContainTextAsync("Suspended");
        await Assertions.Expect(customer.Page.GetByText("This license is suspended.")).ToHaveCountAsync(0);

        await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/suspend", new { });
        await customer.LookAgainAsync();
        await customer.SeesAsync("This license is suspended. It cannot be used until it is active again.");
        customer.HasNoFaults();
    }

    [Fact]
    public async Task A_canceled_dialog_changes_nothing_and_gives_the_focus_back()
    {
        var (id, tab) = await OpenLicenseAsync("tenant_cancel", used: 7);
        await using var closing = tab;
        await ButtonAsync(tab, "Reset Calls");
        await tab.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Reset Calls" })).ToBeFocusedAsync();
        Assert.Equal(7, (await UsageAsync(id)).GetProperty("used").GetDecimal());
    }

    [Fact]
    public async Task A_dead_letter_is_mended_and_counted()
    {
        var license = await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_letter");
        await dashboard.Meter.PostAsync(
            "/api/events", new[] { new { tenant_id = "tenant_letter", metric = "cals", quantity = 3, event_id = "misspelt" } });
        await using var tab = await dashboard.OpenAsync("dead-letters?tenant=tenant_letter");
        await tab.SeesAsync("The tenant has no license with the feature cals.");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Retry the letter" }).ClickAsync();
        var field = tab.Page.GetByLabel("The event");
        await field.FillAsync((await field.InputValueAsync()).Replace("cals", "calls", StringComparison.Ordinal));
        await ConfirmAsync(tab, "Count it");

        await tab.SeesAsync("The event was counted; the letter was deleted.");
        await tab.SeesAsync("No letters of this kind");
        Assert.Equal(3, (await UsageAsync(license.GetProperty("id").GetString()!)).GetProperty("used").GetDecimal());
        tab.HasNoFaults();
    }

    [Fact]
    public async Task A_delivery_is_sent_again()
    {
        var hook = (await dashboard.Meter.PostAsync("/api/v1/webhooks", new { url = "http://127.0.0.1:9/again" })).GetProperty("id").GetString();
        await dashboard.Meter.PostAsync($"/api/v1/webhooks/{hook}/test", new { });
        await using var tab = await dashboard.OpenAsync("webhooks/" + hook);
        await tab.SeesAsync("Test");
        var sent = new TaskCompletionSource<string>();
        await tab.Page.RouteAsync("**/redeliver", async route =>
        {
            sent.TrySetResult(route.Request.Method);
            await route.ContinueAsync();
        });
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Redeliver" }).ClickAsync();
        await ConfirmAsync(tab, "Send it again");

        await tab.SeesAsync("It is sent again.");
        Assert.Equal("POST", await sent.Task);
    }

    private async Task<string> SuspendedUseAsync(string tenant)
    {
        var license = await SeededMeter.LicenseAsync(dashboard.Meter, tenant);
        var (id, key) = (license.GetProperty("id").GetString()!, license.GetProperty("key").GetString()!);
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/features", new
        {
            feature_code = "bursts", limit = 10, tiers = new[] { new { from = 5, level = "over_usage", policy = "suspend_usage" } },
        });
        await dashboard.Meter.SendAsync(HttpMethod.Post, "/api/v1/license/consume", new { feature_code = "bursts", amount = 4 }, key);
        await dashboard.Meter.SendAsync(
            HttpMethod.Post, "/api/v1/license/consume", new { feature_code = "bursts", amount = 3 }, key, isRefused: true);
        return id;
    }

    private async Task<(string Id, Tab Tab)> OpenLicenseAsync(string tenant, int used = 0)
    {
        var license = await SeededMeter.LicenseAsync(dashboard.Meter, tenant);
        if (used > 0)
        {
            await dashboard.Meter.SendAsync(
                HttpMethod.Post, "/api/v1/license/consume", new { feature_code = "calls", amount = used }, license.GetProperty("key").GetString());
        }

        var id = license.GetProperty("id").GetString()!;
        return (id, await dashboard.OpenAsync("licenses/" + id));
    }

    private async Task<JsonElement> UsageAsync(string id) => (await dashboard.Meter.GetAsync($"/api/v1/licenses/{id}/usage")).GetProperty("features")
        .EnumerateArray().Single(feature => feature.GetProperty("feature_code").GetString() == "calls");

    private static Task ButtonAsync(Tab tab, string name) => tab.Page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();

    private static Task ConfirmAsync(Tab tab, string name) =>
        tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
}
