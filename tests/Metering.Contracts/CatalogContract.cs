namespace Metering.Contracts;

/// <summary>What <see cref="ICatalogStore"/> promises.</summary>
public abstract class CatalogContract(Func<ValueTask<PortsHost>> start) : PortContract<ICatalogStore>(start)
{
    [Fact]
    public async Task It_is_empty_at_first()
    {
        var catalog = await Port.ReadAsync(None);

        Assert.Empty(catalog.Features);
        Assert.Empty(catalog.Plans);
    }

    [Fact]
    public async Task A_change_answers_what_it_made_and_is_read_at_once_and_again()
    {
        var made = await Port.ChangeAsync(catalog => With(With(catalog, "calls"), "jobs"), None);
        await Port.ChangeAsync(catalog => catalog with { Plans = catalog.Plans.Add("pro", [Pro(1)]) }, None);
        await Port.ChangeAsync(catalog => catalog with { Plans = catalog.Plans.SetItem("pro", [Pro(1), Pro(2), Pro(3)]) }, None);
        Assert.Equal(["calls", "jobs"], made.Features.Keys);

        await NowAndAfterRestartAsync(async port =>
        {
            var read = await port.ReadAsync(None);
            Assert.Equal(made.Features, read.Features);
            Assert.Equal([1, 2, 3], read.Plans["pro"].Select(plan => plan.Version));
            Assert.Equal(12.5m, read.FindPlan("pro", 2)!.Includes[0].Terms.Limit);
        });
    }

    [Fact]
    public async Task What_a_change_leaves_out_is_gone()
    {
        await Port.ChangeAsync(catalog => With(With(catalog, "calls"), "jobs") with { Plans = catalog.Plans.Add("pro", [Pro(1)]) }, None);
        await Port.ChangeAsync(
            catalog => catalog with { Features = catalog.Features.Remove("jobs"), Plans = catalog.Plans.Remove("pro") }, None);

        var read = await (await RestartAsync()).ReadAsync(None);

        Assert.Equal(["calls"], read.Features.Keys);
        Assert.Empty(read.Plans);
    }

    [Fact]
    public async Task Of_changes_that_come_together_none_is_lost()
    {
        const int Changes = 16;
        var ports = await InstancesAsync();

        await TogetherAsync(Changes, i => ports[i % ports.Length].ChangeAsync(catalog => With(catalog, $"feature_{i:D2}"), None));

        Assert.Equal(
            Enumerable.Range(0, Changes).Select(i => $"feature_{i:D2}"), (await (await RestartAsync()).ReadAsync(None)).Features.Keys);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_answers_the_catalog_as_it_is()
    {
        await Port.ChangeAsync(catalog => With(catalog, "calls"), None);

        Assert.Equal(["calls"], (await Port.ChangeAsync(catalog => catalog, None)).Features.Keys);
    }

    [Fact]
    public async Task A_change_that_fails_changes_nothing()
    {
        await Port.ChangeAsync(catalog => With(catalog, "calls"), None);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            async () => await Port.ChangeAsync(_ => throw new InvalidTimeZoneException(), None));

        await Port.ChangeAsync(catalog => With(catalog, "jobs"), None);

        Assert.Equal(["calls", "jobs"], (await (await RestartAsync()).ReadAsync(None)).Features.Keys);
    }

    private static CatalogSnapshot With(CatalogSnapshot catalog, string feature) => catalog with
    {
        Features = catalog.Features.SetItem(feature, new Feature { Code = feature, Kind = FeatureKind.Metered, Unit = "call" }),
    };

    private static Plan Pro(int version) => new()
    {
        Id = "pro",
        Version = version,
        PublishedAt = Start.AddDays(version),
        Includes = [new PlanInclude("calls", new Terms { Limit = 10.5m + version })],
    };
}
