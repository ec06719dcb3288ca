using System.Text.RegularExpressions;
using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>What goes wrong is told in words, with what to do; what was there and what was typed stays.</summary>
[Collection(DashboardCollection.Name)]
public sealed class TroubleTests(DashboardFixture dashboard)
{
    [Fact]
    public async Task A_token_that_is_revoked_later_asks_for_another_over_the_dialog_that_was_open()
    {
        var made = await dashboard.Meter.PostAsync("/api/v1/tokens", new { name = "short", scopes = new[] { "read", "manage" } });
        var license = (await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_session")).GetProperty("id").GetString()!;
        await using var tab = await dashboard.OpenAsync("licenses/" + license, new() { Token = made.GetProperty("token").GetString() });
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Grant Calls" }).ClickAsync();
        await tab.Page.GetByLabel("Amount (call)").FillAsync("5");
        await dashboard.Meter.SendAsync(HttpMethod.Delete, "/api/v1/tokens/" + made.GetProperty("id").GetString());
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Grant", Exact = true }).Last.ClickAsync();

        var again = tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in again" });
        await again.GetByLabel("Token").FillAsync(Meter.Token);
        await again.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(again).ToHaveCountAsync(0);
        await Assertions.Expect(tab.Page.GetByLabel("Amount (call)")).ToHaveValueAsync("5");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await tab.SeesAsync("Granted more Calls");
    }

    [Fact]
    public async Task A_token_that_may_only_read_is_told_what_it_takes_to_change_something()
    {
        var made = await dashboard.Meter.PostAsync("/api/v1/tokens", new { name = "reader", scopes = new[] { "read" } });
        await using var tab = await dashboard.OpenAsync("licenses/" + dashboard.Busy, new() { Token = made.GetProperty("token").GetString() });
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend license" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend", Exact = true }).ClickAsync();

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The token lacks the scope manage.");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with another token" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task While_the_server_is_away_the_last_data_stay_marked_as_old_until_it_is_back()
    {
        await using var tab = await dashboard.OpenAsync("webhooks");
        await tab.SeesAsync("127.0.0.1:9/signals");
        await tab.Page.RouteAsync("**/api/v1/webhooks", route => route.AbortAsync());
        await tab.Page.EvaluateAsync("dispatchEvent(new Event('online'))");

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server can't be reached.");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The data below is old");
        await Assertions.Expect(tab.Page.Locator(".old")).ToContainTextAsync("127.0.0.1:9/signals");
        await tab.Page.UnrouteAsync("**/api/v1/webhooks");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_called_slow()
    {
        await using var tab = await dashboard.OpenAsync("nowhere");
        await tab.Page.Clock.InstallAsync();
        var asked = new TaskCompletionSource();
        await tab.Page.RouteAsync("**/api/v1/plans/**", _ => asked.TrySetResult());
        await tab.GoAsync("catalog/plans/small");
        await asked.Task;
        await tab.Page.Clock.RunForAsync(15_000);

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server has not answered within 15 seconds.");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(200, "text/html", "<html>other</html>", "The server and this page have different versions")]
    [InlineData(404, "application/problem+json", "{\"code\":\"not_found\",\"detail\":\"There is no such route.\"}", "The server and this page have different versions")]
    [InlineData(200, "application/json", "{\"entries\":[]}", "Something unexpected happened")]
    [InlineData(502, "text/html", "<h1>Bad gateway</h1>", "Something in front of the server, such as a proxy, answered with status 502.")]
    [InlineData(503, "application/problem+json", "{\"code\":\"busy\",\"title\":\"Busy\",\"detail\":\"Try later.\"}", "Try later.")]
    public async Task An_answer_of_another_version_or_of_a_gateway_is_told_in_words(int status, string type, string body, string words)
    {
        await using var tab = await dashboard.OpenAsync("nowhere");
        await tab.Page.RouteAsync("**/api/v1/webhooks", route => route.FulfillAsync(new() { Status = status, ContentType = type, Body = body }));
        await tab.GoAsync("webhooks");

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);
    }

    [Fact]
    public async Task A_page_that_has_grown_old_is_told_to_be_reloaded()
    {
        await using var tab = await dashboard.OpenAsync("webhooks");
        await tab.Page.RouteAsync(
            new Regex("/dashboard$"), route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<html data-version=\"of-tomorrow\"></html>" }));
        await tab.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");

        await tab.SeesAsync("The server was updated.");
    }

    [Fact]
    public async Task A_license_that_is_not_there_is_said_to_be_missing()
    {
        await using var tab = await dashboard.OpenAsync("licenses/lic_none");

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no license lic_none.");
    }
}
