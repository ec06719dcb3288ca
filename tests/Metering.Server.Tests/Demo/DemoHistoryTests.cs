using Metering.Server.Demo;

namespace Metering.Server.Tests.Demo;

public sealed class DemoHistoryTests
{
    public static TheoryData<DateTimeOffset> Moments { get; } =
    [
        new DateTimeOffset(2026, 11, 26, 9, 30, 0, TimeSpan.Zero),
        new DateTimeOffset(2028, 3, 1, 0, 0, 0, TimeSpan.Zero),
    ];

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task It_has_what_the_tour_and_the_documents_show_whatever_the_day(DateTimeOffset now)
    {
        await using var demo = await DemoRun.StartAsync(now);

        await demo.MakeAsync();

        Assert.Equal(12, DemoLicenses.All.Select(license => license.TenantId).Distinct().Count());
        Assert.Equal((99, 1), await demo.UsageAsync("globex", DemoCatalog.Messages) is var globex ? (globex.Used, globex.Remaining) : default);
        Assert.True((await demo.UsageAsync("initech", DemoCatalog.ApiCalls)) is { Overage: > 0, Level: Level.OverUsage });
        Assert.InRange((await demo.UsageAsync("contoso", DemoCatalog.Tokens)).Balance!.Available, 1, 45);
        Assert.Equal(56, (await demo.UsageAsync("fabrikam", Machines.FeatureCode)).Used);
        Assert.InRange((await demo.UsageAsync("northwind", DemoCatalog.Telemetry)).Used, 80_000, 200_000);
        Assert.InRange((await demo.UsageAsync("acme", DemoCatalog.ApiCalls)).Remaining!.Value, 100, 900);
        Assert.True((await demo.StateAsync("proseware"))!.Suspended);
        Assert.Equal(DemoCatalog.Pro, Assert.Single((await demo.StateAsync("lamna"))!.Plans).PlanId);
        Assert.All(await demo.StatesAsync(), state => Assert.Contains(now.AddDays(-90).ToString("yyyy-MM-dd"), state, StringComparison.Ordinal));
        Assert.Equal("", await demo.VerifyAsync());
    }

    [Fact]
    public async Task A_second_start_adds_nothing_and_one_that_broke_off_is_made_whole()
    {
        var now = new DateTimeOffset(2026, 11, 26, 9, 30, 0, TimeSpan.Zero);
        await using var whole = await DemoRun.StartAsync(now);
        await whole.MakeAsync();
        var states = await whole.StatesAsync();
        await whole.MakeAsync();
        Assert.Equal(states, await whole.StatesAsync());

        await using var broken = await DemoRun.StartAsync(now);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => broken.MakeAsync(mostLists: 500));
        Assert.NotEqual(states, await broken.StatesAsync());
        await broken.MakeAsync();

        Assert.Equal(states, await broken.StatesAsync());
    }
}
