using System.Globalization;
using System.Web;
using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>What is seen of a balance with more entries than the page reads.</summary>
[Collection(DashboardCollection.Name)]
public sealed class BalanceTests(DashboardFixture dashboard)
{
    private const int Entries = 5_000;

    // Evenly over two months; all within three hours, two months ago; and so many at one instant that no span is short enough.
    [Theory]
    [InlineData(60 * 24 * 60, 0, "those since")]
    [InlineData(180, 60 * 24 * 60, "those since")]
    [InlineData(0, 10, "the first 1,000 since")]
    public async Task Its_last_entries_are_the_last_ones_however_many_there_are(int minutes, int minutesAgo, string says)
    {
        var license = (await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_many_entries")).GetProperty("id").GetString()!;
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{license}/balances", new { unit = "USD", amount = Entries });
        var last = DateTimeOffset.UtcNow.AddMinutes(-minutesAgo);
        var step = TimeSpan.FromMinutes(minutes) / Entries;
        var asked = 0;
        await using var tab = await dashboard.OpenAsync("nowhere");
        await tab.Page.RouteAsync("**/ledger?**", route =>
        {
            asked++;
            var query = HttpUtility.ParseQueryString(new Uri(route.Request.Url).Query);
            var from = DateTimeOffset.Parse(query["from"]!, CultureInfo.InvariantCulture);
            var (limit, cursor) = (int.Parse(query["limit"]!), int.Parse(query["cursor"] ?? "0"));
            var all = Enumerable.Range(1, Entries).Where(number => number > cursor && last - (step * (Entries - number)) >= from).ToList();
            var items = string.Join(',', all.Take(limit).Select(number => Entry(number, last - (step * (Entries - number)))));
            var next = all.Count > limit ? $"\"{all[limit - 1]}\"" : "null";
            return route.FulfillAsync(new() { ContentType = "application/json", Body = $$"""{"items":[{{items}}],"next_cursor":{{next}}}""" });
        });
        await tab.GoAsync($"licenses/{license}/balances");

        await tab.SeesAsync($"There are more than 1,000 entries in three months. This shows {says}");
        var newest = tab.Page.GetByRole(AriaRole.Table, new() { Name = "Last entries of the balance" }).Locator("tbody tr").First;
        await Assertions.Expect(newest).ToContainTextAsync(minutes == 0 ? "#1000" : "#5000");
        Assert.InRange(asked, 2, 16);
        tab.HasNoFaults();
    }

    [Fact]
    public async Task A_correction_is_shown_with_what_it_gave_back()
    {
        var license = (await SeededMeter.LicenseAsync(dashboard.Meter, "tenant_half_paid")).GetProperty("id").GetString()!;
        await dashboard.Meter.PostAsync($"/api/v1/licenses/{license}/balances", new { unit = "USD", amount = 100 });
        await using var tab = await dashboard.OpenAsync("nowhere");
        var now = DateTimeOffset.UtcNow;

        // Five were used while there was no balance; of the corrected cost, it gets back the two that it paid.
        var corrected = Entry(2, now).Replace("\"consumed\"", "\"decremented\"", StringComparison.Ordinal)
            .Replace("\"cost\":1,\"balance_after\":4998", "\"cost\":-5,\"balance_after\":5001", StringComparison.Ordinal);
        await tab.Page.RouteAsync("**/ledger?**", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = $$"""{"items":[{{Entry(1, now)}},{{corrected}}],"next_cursor":null}""",
        }));
        await tab.GoAsync($"licenses/{license}/balances");

        var newest = tab.Page.GetByRole(AriaRole.Table, new() { Name = "Last entries of the balance" }).Locator("tbody tr").First;
        await Assertions.Expect(newest).ToContainTextAsync("+2");
        await Assertions.Expect(newest).ToContainTextAsync("5,001");
        tab.HasNoFaults();
    }

    private static string Entry(int number, DateTimeOffset at) =>
        $$"""
        {"sequence":{{number}},"at":"{{at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}}","kind":"consumed","feature_code":"calls",
         "unit":"USD","amount":1,"cost":1,"balance_after":{{Entries - number}},"reason":null,"reference":null}
        """;
}
