using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class MigrationTests : ContractTest
{
    [Fact]
    public async Task A_migration_takes_the_plans_licenses_to_the_new_version_and_keeps_what_they_used()
    {
        var (plan, feature, licenses) = await TwoVersions(3);
        await licenses[0].Consume(40).Is(200);

        await Meter.Post($"/api/v1/plans/{plan}/migrate", new { to_version = 2 }).Succeeds();

        foreach (var license in licenses)
        {
            await Eventually(license, 200);
        }

        await licenses[0].Check().Has("used", 40).Has("remaining", 160);
        Assert.Equal(feature, licenses[0].Feature);
    }

    [Fact]
    public async Task A_migration_from_a_version_leaves_licenses_of_other_versions_alone()
    {
        var (plan, feature, licenses) = await TwoVersions(1);
        var second = await Meter.LicenseOn(plan, feature);
        await second.Check().Has("limit", 200);
        var group = (await Meter.Get("/api/v1/plans/" + plan).Is(200)).String("group");
        await Meter.Put("/api/v1/catalog", Document(plan, group, feature, 300)).Is(200);

        var started = await Meter.Post($"/api/v1/plans/{plan}/migrate", new { from_version = 2, to_version = 3 }).Is(202);

        await Ended($"/api/v1/plans/{plan}/migrations/{started.String("id")}");
        await second.Check().Has("limit", 300);
        await licenses[0].Check().Has("limit", 100);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"to_version":99}""")]
    [InlineData("""{"to_version":0}""")]
    [InlineData("""{"to_version":"2"}""")]
    [InlineData("""{"from_version":99,"to_version":2}""")]
    public async Task A_migration_to_or_from_a_version_that_is_not_there_is_refused(string body)
    {
        var (plan, _, licenses) = await TwoVersions(1);

        await Meter.Post($"/api/v1/plans/{plan}/migrate", body).RefusesSomehow();

        await licenses[0].Check().Has("limit", 100);
    }

    [Fact]
    public async Task A_plan_that_is_not_there_cannot_be_migrated() =>
        await Meter.Post("/api/v1/plans/no_such_plan/migrate", new { to_version = 1 }).RefusesSomehow().Is(404);

    private async Task<(string Plan, string Feature, IReadOnlyList<License> Licenses)> TwoVersions(int count)
    {
        var feature = await Meter.Feature();
        var (plan, group) = (Meter.Unique("plan"), Meter.Unique("group"));
        await Meter.Put("/api/v1/catalog", Document(plan, group, feature, 100)).Is(200);
        var licenses = new List<License>();
        for (var i = 0; i < count; i++)
        {
            licenses.Add(await Meter.LicenseOn(plan, feature));
        }

        await Meter.Put("/api/v1/catalog", Document(plan, group, feature, 200)).Is(200);
        return (plan, feature, licenses);
    }

    private static object Document(string plan, string group, string feature, int limit) =>
        new { plans = new[] { new { id = plan, group, includes = new[] { new { feature_code = feature, limit } } } } };

    // A migration goes on after its call was answered, without a set time: the answers themselves are the wait.
    private static async Task Eventually(License license, decimal limit)
    {
        var deadline = DateTimeOffset.UtcNow.AddMinutes(1);
        var reply = await license.Check().Is(200);
        while (reply.Number("limit") != limit)
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, reply.Text);
            reply = await license.Check().Is(200);
        }
    }

    private async Task Ended(string migration)
    {
        var deadline = DateTimeOffset.UtcNow.AddMinutes(1);
        var reply = await Meter.Get(migration).Is(200);
        while (reply.String("status") != "completed")
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, reply.Text);
            reply = await Meter.Get(migration).Is(200);
        }
    }
}
