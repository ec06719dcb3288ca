using Metering.Conformance.Client;

namespace Metering.Conformance.Runtime;

public sealed class MachineTests : ContractTest
{
    [Fact]
    public async Task An_operator_sees_the_machines_by_fingerprint()
    {
        var license = await WithCores(16);
        await license.Software.Put("/api/v1/license/machines/m2", new { cores = 4 }).Is(201);
        await license.Software.Put("/api/v1/license/machines/m1", new { cores = 2, name = "Build server" }).Is(201);

        var machines = await Meter.Get($"/api/v1/licenses/{license.Id}/machines").Is(200);

        Assert.Equal(2, machines.Items.Count);
        machines.Has("items.0.fingerprint", "m1").Has("items.0.name", "Build server").Has("items.0.cores", 2).Has("items.1.cores", 4);

        // A change without a name keeps the one that it had.
        await license.Software.Put("/api/v1/license/machines/m1", new { cores = 3 }).Is(200).Has("name", "Build server");
        (await Meter.Get($"/api/v1/licenses/{license.Id}/machines").Is(200)).Has("items.0.name", "Build server").Has("items.0.cores", 3);
        await license.Software.Delete("/api/v1/license/machines/m1").Is(204);
        (await Meter.Get($"/api/v1/licenses/{license.Id}/machines").Is(200)).Has("items.0.fingerprint", "m2");
    }

    [Fact]
    public async Task A_machine_is_registered_with_its_cores_and_changed_later()
    {
        var license = await WithCores(16);

        await Put(license, "machine-a", 8).Is(201).Has("fingerprint", "machine-a").Has("cores", 8).Has("total_cores", 8)
            .Has("max_cores", 16);
        await Put(license, "machine-a", 4).Is(200).Has("cores", 4).Has("total_cores", 4);
        await Put(license, "machine-b", 12).Is(201).Has("total_cores", 16);
    }

    [Fact]
    public async Task A_machine_over_the_limit_is_refused_with_the_sum_the_limit_and_its_cores()
    {
        var license = await WithCores(16);
        await Put(license, "machine-a", 8).Is(201);

        await Put(license, "machine-b", 9).Refuses(403, "quota_exceeded").Has("cores", 9).Has("max_cores", 16).Has("total_cores", 17);

        await Cores(license, 8);
    }

    [Fact]
    public async Task A_machine_that_grows_over_the_limit_keeps_the_cores_it_had()
    {
        var license = await WithCores(16);
        await Put(license, "machine-a", 8).Is(201);
        await Put(license, "machine-b", 8).Is(201);

        await Put(license, "machine-b", 9).Refuses(403, "quota_exceeded");

        await Cores(license, 16);
    }

    [Fact]
    public async Task A_removed_machine_gives_its_cores_back_so_that_another_can_take_them()
    {
        var license = await WithCores(16);
        await Put(license, "machine-a", 16).Is(201);
        await Put(license, "machine-b", 16).Refuses(403, "quota_exceeded");

        await license.Software.Delete("/api/v1/license/machines/machine-a").Is(204);

        await Put(license, "machine-b", 16).Is(201);
        await Cores(license, 16);
        await license.Software.Delete("/api/v1/license/machines/machine-a").Refuses(404, "machine_not_found");
    }

    [Fact]
    public async Task A_license_without_a_limit_of_cores_registers_machines_freely()
    {
        var license = await Meter.License(new { limit = 1 });

        await Put(license, "machine-a", 64).Is(201).Has("total_cores", 64).Has("max_cores", null);
        await Put(license, "machine-b", 0.5m).Is(201).Has("total_cores", 64.5m);
    }

    [Fact]
    public async Task Machines_of_one_license_are_not_those_of_another()
    {
        var first = await WithCores(16);
        var second = await Meter.LicenseOn(first.Plan, first.Feature, new { max_cores = 16 });
        await Put(first, "machine-a", 16).Is(201);

        await Put(second, "machine-a", 16).Is(201).Has("total_cores", 16);
        await second.Software.Delete("/api/v1/license/machines/machine-a").Is(204);
        await Cores(first, 16);
    }

    [Fact]
    public async Task Machines_are_readings_of_a_keyed_gauge()
    {
        var license = await WithCores(16);
        await Put(license, "machine-a", 8).Is(201);

        await license.Check(8, feature: "cpu_cores").Is(200).Has("used", 8).Has("limit", 16).Has("remaining", 8);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("\"8\"")]
    [InlineData("1e15")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData(null)]
    public async Task Bad_cores_are_refused(string? cores)
    {
        var license = await WithCores(16);

        await license.Software.Put("/api/v1/license/machines/machine-a", cores is null ? "{}" : $$"""{"cores":{{cores}}}""")
            .RefusesField("/cores");

        await Cores(license, 0);
    }

    [Theory]
    [InlineData("a%0Ab")]
    [InlineData("%1B%5B31m")]
    public async Task A_fingerprint_with_control_characters_is_refused(string fingerprint)
    {
        var license = await WithCores(16);

        await license.Software.Put($"/api/v1/license/machines/{fingerprint}", new { cores = 1 }).RefusesSomehow();

        await Cores(license, 0);
    }

    [Fact]
    public async Task A_fingerprint_that_is_too_long_is_refused()
    {
        var license = await WithCores(16);

        await license.Software.Put($"/api/v1/license/machines/{new string('f', 2000)}", new { cores = 1 }).RefusesSomehow();

        await Cores(license, 0);
    }

    private Task<License> WithCores(int max) => Meter.License(new { limit = 1 }, with: new { max_cores = max });

    private static Task<Reply> Put(License license, string fingerprint, decimal cores) =>
        license.Software.Put($"/api/v1/license/machines/{fingerprint}", new { cores, name = "Build machine" });

    private static async Task Cores(License license, decimal expected)
    {
        var usage = await license.Usage().Is(200);
        var cores = usage.List("features").Single(item => item.GetProperty("feature_code").GetString() == "cpu_cores");
        Assert.Equal(expected, cores.GetProperty("used").GetDecimal());
    }
}
