using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>Who may look, and what the page says to those who may not.</summary>
[Collection(DashboardCollection.Name)]
public sealed class SignInTests(DashboardFixture dashboard)
{
    [Fact]
    public async Task A_token_opens_the_page_and_stays_in_the_tab_until_sign_out()
    {
        await using var tab = await dashboard.OpenAsync("licenses", new() { Token = null });
        await SignInAsync(tab.Page, Meter.Token);
        await tab.SeesAsync(SeededMeter.BusyTenant);

        await tab.Page.ReloadAsync();
        await tab.SeesAsync(SeededMeter.BusyTenant);
        Assert.Equal("{}", await tab.Page.EvaluateAsync<string>("JSON.stringify({ ...localStorage, cookie: document.cookie || undefined })"));

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(tab.Heading).ToHaveTextAsync("Sign in");
        Assert.Equal(0, await tab.Page.EvaluateAsync<int>("sessionStorage.length"));
        tab.HasNoFaults();
    }

    [Theory]
    [InlineData("", "Paste a token here.")]
    [InlineData("lk_demo", "That is a license's key.")]
    [InlineData("two words", "A token has no spaces")]
    [InlineData("mt_unknown", "The server does not know this token.")]
    public async Task A_wrong_token_is_told_in_words_and_kept_in_the_field(string token, string words)
    {
        await using var tab = await dashboard.OpenAsync("", new() { Token = null });
        await SignInAsync(tab.Page, token);

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);
        await Assertions.Expect(tab.Page.GetByLabel("Token")).ToHaveValueAsync(token);
        await Assertions.Expect(tab.Page.GetByLabel("Token")).ToBeFocusedAsync();
        tab.HasNoFaults("401 (Unauthorized)");
    }

    [Fact]
    public async Task A_token_with_too_few_scopes_is_told_which_it_takes()
    {
        var made = await dashboard.Meter.PostAsync("/api/v1/tokens", new { name = "producer", scopes = new[] { "ingest" } });
        await using var tab = await dashboard.OpenAsync("", new() { Token = null });
        await SignInAsync(tab.Page, made.GetProperty("token").GetString()!);

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The token lacks the scope read.");
    }

    [Fact]
    public async Task A_token_of_a_single_tenant_is_refused_with_what_it_takes()
    {
        var made = await dashboard.Meter.PostAsync(
            "/api/v1/tokens", new { name = "one", scopes = new[] { "read" }, tenant_id = SeededMeter.BusyTenant });
        await using var tab = await dashboard.OpenAsync("", new() { Token = null });
        await SignInAsync(tab.Page, made.GetProperty("token").GetString()!);

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This needs a token for all tenants");
        await Assertions.Expect(tab.Heading).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task Below_a_path_base_the_page_finds_its_files_and_the_api()
    {
        await using var meter = await Meter.StartAsync("--Metering:PathBase=/base");
        await using var tab = await Tab.OpenAsync(dashboard.Browser, new Uri(meter.Address, "/base/"), "catalog", new());
        await tab.SeesAsync("There are no plans yet");

        await tab.Page.GotoAsync(new Uri(meter.Address, "/base/").ToString());
        await tab.SeesAsync("Nothing is metered yet");
        Assert.Equal("/base/dashboard", new Uri(tab.Page.Url).AbsolutePath);
        tab.HasNoFaults();
    }

    private static async Task SignInAsync(IPage page, string token)
    {
        await page.GetByLabel("Token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
