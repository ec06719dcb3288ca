using System.Globalization;
using System.Text.Json;
using Metering.Dashboard.Tests.Support;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests;

/// <summary>The chart of use over time says what the counter says, wherever periods begin and whatever was reset.</summary>
[Collection(DashboardCollection.Name)]
public sealed class HistoryTests(DashboardFixture dashboard) : IAsyncLifetime
{
    private static readonly DateTimeOffset Created = new(2031, 11, 28, 11, 53, 0, TimeSpan.Zero);

    private Meter _meter = null!;
    private DateTimeOffset _now = Created;
    private string _license = "";
    private string _key = "";

    public async Task InitializeAsync()
    {
        _meter = await Meter.StartAsync("--Metering:TestClock=true");
        await MoveAsync(Created);
        await _meter.SendAsync(HttpMethod.Put, "/api/v1/catalog", new
        {
            features = new object[] { new { code = "calls", unit = "call" }, new { code = "seats", metric = "gauge", unit = "seat" } },
            plans = new[]
            {
                new
                {
                    id = "small", @default = true,
                    includes = new[]
                    {
                        new { feature_code = "calls", limit = 1000, reset = "month" }, new { feature_code = "seats", limit = 50, reset = "month" },
                    },
                },
            },
        });
        var license = await SeededMeter.LicenseAsync(_meter, "tenant_history");
        (_license, _key) = (license.GetProperty("id").GetString()!, license.GetProperty("key").GetString()!);
    }

    public Task DisposeAsync() => _meter.DisposeAsync().AsTask();

    [Fact]
    public async Task A_period_that_ends_within_a_day_has_what_it_came_to_and_the_next_one_begins_at_zero()
    {
        await UseAsync("calls", 400, Created.AddDays(10));
        await UseAsync("calls", 500, Created.AddDays(30).AddHours(-3));
        await UseAsync("calls", 90, Created.AddDays(30).AddMinutes(-1));
        await UseAsync("calls", 5, Created.AddDays(30).AddHours(1));
        await using var tab = await ShowAsync("calls");

        await SeesChartAsync(tab, "5 used of the period, of an allowance of 1,000.");
        Assert.Equal(["Dec 27, 2031 400", "Dec 28, 2031 990", "Dec 28, 2031 5"], (await RowsAsync(tab))[^3..]);

        await MoveAsync(_now.AddDays(1));
        await using var tomorrow = await ShowAsync("calls");
        await SeesChartAsync(tomorrow, "5 used of the period, of an allowance of 1,000.");
        Assert.Equal(["Dec 28, 2031 990", "Dec 28, 2031 5", "Dec 29, 2031 5"], (await RowsAsync(tomorrow))[^3..]);
    }

    [Fact]
    public async Task A_counter_that_was_reset_goes_on_from_zero()
    {
        await UseAsync("calls", 7, Created.AddDays(3));
        await UseAsync("calls", 60, Created.AddDays(5));
        await ResetAsync("calls");
        await UseAsync("calls", 3, _now.AddHours(1));
        await ResetAsync("calls");
        await UseAsync("calls", 4, _now.AddHours(1));
        await using var tab = await ShowAsync("calls");

        await SeesChartAsync(tab, "4 used of the period, of an allowance of 1,000.");
        Assert.Equal(["Dec 2, 2031 7", "Dec 3, 2031 67", "Dec 3, 2031 3", "Dec 3, 2031 4"], (await RowsAsync(tab))[^4..]);
    }

    [Fact]
    public async Task A_level_that_was_reset_is_zero_from_then_on()
    {
        await UseAsync("seats", 30, Created.AddDays(3));
        await MoveAsync(Created.AddDays(5));
        await ResetAsync("seats");
        await UseAsync("seats", 2, Created.AddDays(7));
        await using var tab = await ShowAsync("seats");

        await SeesChartAsync(tab, "2 used of the period, of an allowance of 50.");
        Assert.Equal(
            ["Nov 30, 2031 0", "Dec 1, 2031 30", "Dec 2, 2031 30", "Dec 3, 2031 0", "Dec 4, 2031 0", "Dec 5, 2031 2"],
            (await RowsAsync(tab))[^6..]);
    }

    [Fact]
    public async Task What_burnt_before_a_reset_does_not_burn_a_grant_again()
    {
        await _meter.PostAsync($"/api/v1/licenses/{_license}/grants", new { feature_code = "calls", amount = 100 });
        await UseAsync("calls", 1_040, Created.AddDays(3));
        await ResetAsync("calls");
        await UseAsync("calls", 5, _now.AddHours(1));
        await using var tab = await Tab.OpenAsync(dashboard.Browser, _meter.Address, "nowhere", new());
        await tab.Page.Clock.SetFixedTimeAsync(_now.UtcDateTime);
        await tab.GoAsync($"licenses/{_license}/grants");

        await SeesChartAsync(tab, "60 are left in total.");
        Assert.Equal(["Dec 1, 2031 60"], await RowsAsync(tab));
    }

    // A point that has no neighbor is drawn too: the upper half of the canvas, far from the days before at zero, has the line's color.
    [Fact]
    public async Task The_first_day_of_a_license_is_seen()
    {
        await UseAsync("calls", 900, Created.AddHours(1));
        await using var tab = await ShowAsync("calls");
        await SeesChartAsync(tab, "900 used of the period");

        const string Script = """
            () => {
              const canvas = document.querySelector('.plot canvas');
              const probe = document.querySelector('.legend .key');
              const [red, green, blue] = getComputedStyle(probe).backgroundColor.match(/\d+/g).map(Number);
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let found = 0;
              for (let i = 0; i < data.length / 2; i += 4) {
                found += data[i + 3] === 255 && data[i] === red && data[i + 1] === green && data[i + 2] === blue;
              }
              return found;
            }
            """;
        Assert.NotEqual(0, await tab.Page.EvaluateAsync<int>(Script));
    }

    private async Task<Tab> ShowAsync(string feature)
    {
        var tab = await Tab.OpenAsync(dashboard.Browser, _meter.Address, "nowhere", new());
        // The page's days are the meter's.
        await tab.Page.Clock.SetFixedTimeAsync(_now.UtcDateTime);
        await tab.GoAsync($"licenses/{_license}?feature={feature}");
        return tab;
    }

    private static Task SeesChartAsync(Tab tab, string label) =>
        Assertions.Expect(tab.Page.GetByRole(AriaRole.Img, new() { Name = label })).ToBeVisibleAsync();

    // Day and the first amount of each row.
    private static async Task<string[]> RowsAsync(Tab tab)
    {
        await tab.Page.GetByText("Show as a table").ClickAsync();
        var rows = await tab.Page.Locator(".chart-table tbody tr").AllAsync();
        var texts = new List<string>();
        foreach (var row in rows)
        {
            var cells = await row.Locator("th, td").AllInnerTextsAsync();
            texts.Add($"{cells[0]} {cells[1]}");
        }

        return [.. texts];
    }

    private Task<JsonElement> ResetAsync(string feature) =>
        _meter.PostAsync($"/api/v1/licenses/{_license}/usage/reset", new { feature_code = feature });

    private async Task UseAsync(string feature, int amount, DateTimeOffset at)
    {
        await MoveAsync(at);
        await _meter.SendAsync(HttpMethod.Post, "/api/v1/license/consume", new { feature_code = feature, amount }, _key);
    }

    private async Task MoveAsync(DateTimeOffset at)
    {
        _now = at;
        var text = at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        await _meter.SendAsync(HttpMethod.Put, "/api/v1/test-clock", new { now = text });
    }
}
