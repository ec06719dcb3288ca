using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>
/// The customer's page: what it shows, what it says when it can't, and that a phone, a screen reader and another site can have it.
/// </summary>
[Collection(DashboardCollection.Name)]
public sealed class CustomerPageTests(DashboardFixture dashboard)
{
    [Fact]
    public async Task It_shows_how_the_license_stands_and_the_token_stays_in_no_address()
    {
        await using var customer = await CustomerTab.OpenAsync(dashboard, await LinkAsync(dashboard.Busy));

        await customer.SeesAsync("Statement");
        await Assertions.Expect(customer.Page.GetByRole(AriaRole.Meter).First).ToBeVisibleAsync();
        Assert.EndsWith("/usage", customer.Page.Url, StringComparison.Ordinal);
        await customer.Page.ReloadAsync();
        await customer.SeesAsync("Statement");
        customer.HasNoFaults();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Axe_finds_nothing_serious_and_a_phone_shows_all_of_it(bool dark)
    {
        // The dark one with the token in the query, which the server sends behind the # at once.
        var link = (await LinkAsync(dashboard.Busy)).Replace("#token=", dark ? "?token=" : "#token=", StringComparison.Ordinal);
        await using var customer = await CustomerTab.OpenAsync(dashboard, link, new() { Dark = dark, Width = 375 });
        await customer.SeesAsync("Statement");
        Assert.EndsWith("/usage", customer.Page.Url, StringComparison.Ordinal);

        Assert.True(await customer.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 375, "it is wider than the screen");
        await AssertAccessibleAsync(customer);
        await customer.Page.GotoAsync("about:blank");
        await customer.Page.GotoAsync(new Uri(dashboard.Meter.Address, "/usage#token=none").ToString());
        await customer.SeesAsync("This link does not work.");
        await AssertAccessibleAsync(customer);
    }

    [Fact]
    public async Task A_phone_shows_the_longest_amount_without_scrolling_sideways()
    {
        var license = await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_long");
        var (id, key) = (license.GetProperty("id").GetString()!, license.GetProperty("key").GetString());
        const decimal Longest = 123456789012345.123456789m;
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/features", new { feature_code = "bursts", limit = 999999999999999.999999999m });
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{id}/grants", new { feature_code = "calls", amount = Longest });
        await dashboard.Meter.SendAsync(
            HttpMethod.Post, "/api/v1/license/consume", new { feature_code = "bursts", amount = Longest }, key);
        await using var customer = await CustomerTab.OpenAsync(dashboard, await LinkAsync(id), new() { Width = 390 });
        await customer.SeesAsync("123,456,789,012,345.123456789");
        await customer.SeesAsync("Statement");

        Assert.Equal(390, await customer.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task A_grant_that_repeats_shows_all_that_it_gave_and_that_it_renews()
    {
        await using var meter = await Meter.StartAsync("--Metering:TestClock=true");
        await meter.SendAsync(HttpMethod.Put, "/api/v1/catalog", new
        {
            features = new[] { new { code = "calls" } },
            plans = new[] { new { id = "small", @default = true, includes = new[] { new { feature_code = "calls", limit = 0 } } } },
        });
        var license = await SeededMeter.LicenseAsync(meter, "tenant_repeats");
        var (id, key) = (license.GetProperty("id").GetString()!, license.GetProperty("key").GetString());
        await meter.PostAsync($"/api/v1/licenses/{id}/grants", new { feature_code = "calls", amount = 100, recurrence = "day" });
        await meter.PostAsync($"/api/v1/licenses/{id}/grants", new { feature_code = "calls", amount = 7, priority = 9 });
        for (var day = 0; day < 3; day++)
        {
            await meter.SendAsync(HttpMethod.Post, "/api/v1/license/consume", new { feature_code = "calls", amount = 80 }, key);
            await meter.SendAsync(HttpMethod.Put, "/api/v1/test-clock", new { advance = "P1D" });
        }

        await using var customer = await CustomerTab.OpenAsync(dashboard, new Uri(meter.Address, await LinkAsync(id, meter)).ToString());
        var rows = customer.Page.GetByRole(AriaRole.Table, new() { Name = "Extra allowance" }).GetByRole(AriaRole.Row);
        await Assertions.Expect(rows).ToHaveTextAsync(
            ["FeatureGrantedUsedExpiredLeftUntil", "calls40024060100renews every day", "calls7007never expires"]);
        customer.HasNoFaults();
    }

    [Fact]
    public async Task A_statement_has_the_days_of_the_browsers_zone()
    {
        // A month of Tokyo, where midnight is still the day before in UTC.
        const string Statement = """
            {
                "from": "2026-04-30T15:00:00Z", "to": "2026-05-31T15:00:00Z", "balances": [], "entries": [],
                "periods": [{
                    "feature_code": "calls", "start": "2026-04-30T15:00:00Z", "end": "2026-05-31T15:00:00Z",
                    "granted": 40, "used": 37, "overage": 0, "expired": 0, "left": 3
                }]
            }
            """;
        await using var customer = await CustomerTab.OpenAsync(dashboard, await LinkAsync(dashboard.Busy), new() { Zone = "Asia/Tokyo" });
        await customer.SeesAsync("Statement");
        await customer.Page.RouteAsync("**/statement", route => route.FulfillAsync(new() { ContentType = "application/json", Body = Statement }));
        await customer.Page.ReloadAsync();

        await customer.SeesAsync("May 1, 2026 to Jun 1, 2026");
        await Assertions.Expect(customer.Page.GetByRole(AriaRole.Cell, new() { Name = "May 1, 2026 – Jun 1, 2026" })).ToBeVisibleAsync();
        customer.HasNoFaults();
    }

    [Theory]
    [InlineData(400, "invalid_request")]
    [InlineData(410, "evidence_removed")]
    public async Task A_license_without_a_statement_shows_all_the_rest(int status, string code)
    {
        await using var customer = await CustomerTab.OpenAsync(dashboard, await LinkAsync(dashboard.Busy));
        await customer.SeesAsync("Statement");
        await customer.Page.RouteAsync(
            "**/statement",
            route => route.FulfillAsync(new() { Status = status, ContentType = "application/problem+json", Body = $"{{\"code\":\"{code}\"}}" }));
        await customer.Page.ReloadAsync();

        await customer.SeesAsync("There is no statement for the last 31 days");
        await Assertions.Expect(customer.Page.GetByRole(AriaRole.Meter).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_statement_that_takes_the_server_long_is_not_read_each_minute()
    {
        await using var customer = await CustomerTab.OpenAsync(dashboard, await LinkAsync(dashboard.Busy));
        await customer.SeesAsync("Statement");
        await customer.Page.Clock.InstallAsync();
        var read = 0;
        await customer.Page.RouteAsync("**/statement", async route =>
        {
            read++;
            await customer.Page.Clock.FastForwardAsync(3_000);
            await route.ContinueAsync();
        });
        await customer.Page.ReloadAsync();
        await customer.SeesAsync("Statement");

        foreach (var (milliseconds, times) in new[] { (60_000, 1), (60_000, 1), (60_000, 2) })
        {
            await customer.Page.RunAndWaitForResponseAsync(
                () => customer.Page.Clock.FastForwardAsync(milliseconds), answer => answer.Url.EndsWith("/grants?limit=1000", StringComparison.Ordinal));
            await Assertions.Expect(customer.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            Assert.Equal(times, read);
        }

        customer.HasNoFaults();
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_words_with_what_to_do()
    {
        var license = (await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_linked")).GetProperty("id").GetString()!;
        await using var customer = await CustomerTab.OpenAsync(dashboard, await LinkAsync(license));
        await customer.SeesAsync("Statement");

        // Away, and there again.
        await customer.Page.RouteAsync("**/api/**", route => route.AbortAsync());
        await customer.LookAgainAsync();
        await customer.SeesAsync("The service can't be reached.");
        await customer.SeesAsync("The data below is from");
        await customer.Page.UnrouteAsync("**/api/**");
        await customer.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(customer.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        // Busy, and expired, as the server says it.
        await AnswerAsync(customer, 503, """{"code":"busy","detail":"The service is busy."}""", "The service can't answer now.");
        await AnswerAsync(customer, 502, "<h1>Bad gateway</h1>", "The service can't be reached.");
        await AnswerAsync(customer, 401, """{"code":"view_token_expired","detail":"It is over."}""", "This link has expired.");

        // Revoked for true: what was shown is not shown any longer.
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{license}/rotate-key", new { });
        await customer.Page.ReloadAsync();
        await customer.SeesAsync("This link is no longer valid.");
        await Assertions.Expect(customer.Page.GetByText("Statement")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_a_link_it_says_how_to_come_in_and_names_are_text()
    {
        await using var nobody = await CustomerTab.OpenAsync(dashboard, "/usage");
        await nobody.SeesAsync("There is no link to a license here.");

        await dashboard.Meter.PostAsync("/api/v1/features", new { code = "marked", name = "<img src=x onerror=alert(1)>" });
        var license = (await dashboard.Meter.PostAsync("/api/v1/licenses", new { tenant_id = "tenant_marked" })).GetProperty("id").GetString()!;
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{license}/features", new { feature_code = "marked", max_consumptions = 5 });
        await using var customer = await CustomerTab.OpenAsync(dashboard, await LinkAsync(license));
        await customer.SeesAsync("<img src=x onerror=alert(1)>");
        customer.HasNoFaults();
    }

    [Fact]
    public async Task A_page_of_an_origin_that_may_embed_it_shows_it_and_gives_it_a_new_token_and_another_may_not()
    {
        await using var site = await EmbeddingSite.StartAsync();
        await using var meter = await Meter.StartAsync("--Metering:CustomerPage:EmbedOrigins=" + site.Origin);
        var license = (await SeededMeter.LicenseAsync(meter, "tenant_embedded")).GetProperty("id").GetString()!;
        site.Frame = new Uri(meter.Address, await LinkAsync(license, meter)).ToString();
        await using var context = await dashboard.Browser.NewContextAsync();
        context.SetDefaultTimeout(15_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(site.Origin);
        var frame = page.FrameLocator("iframe");
        await frame.GetByText("Statement").First.WaitForAsync();

        // The key ends the token that the frame has; the site gives it another by the # of its address.
        await meter.PostAsync($"/api/v1/licenses/{license}/rotate-key", new { });
        var renewed = new Uri(meter.Address, await LinkAsync(license, meter)).ToString();
        await page.EvaluateAsync("address => document.querySelector('iframe').src = address + '#'", site.Frame[..^1]);
        await frame.GetByText("This link does not work.").WaitForAsync();
        await page.EvaluateAsync("address => document.querySelector('iframe').src = address", renewed);
        await frame.GetByText("Statement").First.WaitForAsync();

        await page.GotoAsync(site.OtherOrigin);
        await Assertions.Expect(frame.GetByText("Statement")).ToHaveCountAsync(0);
    }

    private Task<string> LinkAsync(string license) => LinkAsync(license, dashboard.Meter);

    private static async Task<string> LinkAsync(string license, Meter meter) =>
        (await meter.PostAsync($"/api/v1/licenses/{license}/view-tokens", new { })).GetProperty("url").GetString()!;

    private static async Task AnswerAsync(CustomerTab customer, int status, string body, string words)
    {
        await customer.Page.UnrouteAsync("**/api/**");
        await customer.Page.RouteAsync("**/api/**", route => route.FulfillAsync(new() { Status = status, ContentType = "application/problem+json", Body = body }));
        await customer.LookAgainAsync();
        await customer.SeesAsync(words);
        await customer.Page.UnrouteAsync("**/api/**");
    }

    private static async Task AssertAccessibleAsync(CustomerTab customer) => Assert.Empty(await Axe.FindAsync(customer.Page));
}
