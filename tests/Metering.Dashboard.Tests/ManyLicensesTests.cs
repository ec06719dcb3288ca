using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>However many licenses there are, the page asks for one part of the list at a time, and for nothing for each row.</summary>
[Collection(DashboardCollection.Name)]
public sealed class ManyLicensesTests(DashboardFixture dashboard)
{
    private const int Licenses = 10_000;

    [Fact]
    public async Task Ten_thousand_licenses_are_paged_by_cursor()
    {
        await using var tab = await dashboard.OpenAsync("nowhere");
        var asked = new List<string>();
        await tab.Page.RouteAsync("**/api/v1/**", route =>
        {
            var query = System.Web.HttpUtility.ParseQueryString(new Uri(route.Request.Url).Query);
            lock (asked)
            {
                asked.Add(new Uri(route.Request.Url).AbsolutePath);
            }

            return route.FulfillAsync(new() { ContentType = "application/json", Body = Part(int.Parse(query["limit"]!), int.Parse(query["cursor"] ?? "0")) });
        });
        await tab.GoAsync("licenses");
        await tab.SeesAsync("lic_0");
        Assert.Equal(50, await tab.Page.Locator("tbody tr").CountAsync());
        Assert.Equal(["/api/v1/licenses"], asked);

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await tab.SeesAsync("lic_50");
        await tab.SeesAsync("Page 2");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Previous" }).ClickAsync();
        await tab.SeesAsync("lic_0");

        Assert.Equal(50, await tab.Page.Locator("tbody tr").CountAsync());
        Assert.Equal(3, asked.Count);
    }

    private static string Part(int limit, int from)
    {
        var items = Enumerable.Range(from, Math.Min(limit, Licenses - from)).Select(number =>
            $$"""
            {"id":"lic_{{number}}","tenant_id":"tenant_{{number / 3}}","status":"active","plan_id":"small","plans":[{"plan_id":"small","version":1,"group":"base"}],
             "anchor":"2026-07-02T00:00:00Z","time_zone":null,"created_at":"2026-08-28T00:00:00Z","expires_at":null,"max_cores":null,"metadata":null}
            """);
        var next = from + limit < Licenses ? $"\"{from + limit}\"" : "null";
        return $$"""{"items":[{{string.Join(',', items)}}],"next_cursor":{{next}}}""";
    }
}
