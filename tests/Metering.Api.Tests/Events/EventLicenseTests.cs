using System.Text;
using Metering.Api.Tests.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests;

/// <summary>To which license an event goes that names its tenant only.</summary>
public class EventLicenseTests
{
    private const string Producer = "Bearer " + MemoryHost.ProducerToken;
    private const string Metric = """{"feature_code":"api_calls"}""";

    /// <summary>The ways in on which a host counts at once.</summary>
    public static TheoryData<string> Ways => ["single", "array", "lines", "retry"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_event_that_comes_again_goes_to_the_same_license_whatever_became_of_the_tenants_licenses(string way)
    {
        var (host, first, _) = await MemoryHost.WithLicenseAsync(Metric);
        await using var running = host;
        var ids = new List<string> { first };
        await AgainAsync(1);

        // A second one, and more, whose ids may come before the first one's.
        for (var i = 0; i < 5; i++)
        {
            Advance(host);
            ids.Add((await host.LicenseAsync(Metric)).Id);
            await AgainAsync(1);
        }

        Advance(host);
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{first}/features/api_calls")).Status);
        await AgainAsync(1);
        Assert.Equal((202, 1), await SendAsync(host, way, Event("new_1", host.Clock.UtcNow)));
        Assert.Equal(1, await UsedAsync(host, ids[1]));

        Advance(host);
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{ids[1]}")).Status);
        await AgainAsync(1);
        Assert.Equal((202, 1), await SendAsync(host, way, Event("new_2", host.Clock.UtcNow)));
        Assert.Equal(1, await UsedAsync(host, ids[2]));

        async Task AgainAsync(decimal used)
        {
            await SendAsync(host, way, Event("evt_1", MemoryHostStart));
            Assert.Equal(used, await UsedAsync(host, first));
        }
    }

    [Fact]
    public async Task An_event_without_a_time_comes_to_a_license_that_ended_within_the_hour_once_more()
    {
        var (host, first, _) = await MemoryHost.WithLicenseAsync(Metric);
        await using var running = host;
        Advance(host);
        var (second, _) = await host.LicenseAsync(Metric);
        Assert.Equal((202, 1), await SendAsync(host, "single", Event("evt_1", null)));
        Advance(host);
        await host.SendAsync("DELETE", $"/api/v1/licenses/{first}");

        var again = await host.SendAsync("POST", "/api/events", Event("evt_1", null), Producer);

        Assert.Equal((202, 1), (again.Status, again.Number("duplicates")));
        Assert.Equal((202, 1), await SendAsync(host, "single", Event("evt_2", null)));
        Assert.Equal((1, 1), (await UsedAsync(host, first), await UsedAsync(host, second)));
    }

    [Fact]
    [Rule(8)]
    public async Task A_license_that_lost_the_metric_at_once_knows_an_event_without_a_time_to_the_last_millisecond_of_its_memory()
    {
        var (host, first, _) = await MemoryHost.WithLicenseAsync(Metric);
        await using var _ = host;
        var over = host.Clock.UtcNow + MeterRules.Default.IdempotencyMemory;
        Assert.Equal((202, 1), await SendAsync(host, "single", Event("evt_1", null)));
        Assert.Equal(204, (await host.SendAsync("DELETE", $"/api/v1/licenses/{first}/features/api_calls")).Status);
        Advance(host);
        var second = (await host.LicenseAsync(Metric)).Id;
        Assert.Equal((0, 0), await AgainAsync(over.AddMilliseconds(-1)));
        Assert.Equal((1, 1), await AgainAsync(over));
        Assert.Equal((0, 1), await AgainAsync(over));
        async Task<(decimal Counted, decimal UsedOfSecond)> AgainAsync(DateTimeOffset now)
        {
            host.Clock.UtcNow = now;
            return ((await SendAsync(host, "single", Event("evt_1", null))).Accepted, await UsedAsync(host, second));
        }
    }

    [Fact]
    public async Task The_oldest_license_that_had_the_metric_when_it_happened_takes_an_event()
    {
        await using var host = await MemoryHost.StartAsync();
        var (older, _) = await host.LicenseAsync(null);
        Advance(host);
        var (younger, _) = await host.LicenseAsync(Metric);
        var between = host.Clock.UtcNow;
        Advance(host);
        Assert.Equal((202, 1), await SendAsync(host, "single", Event("evt_1", between)));
        await host.SendAsync("POST", $"/api/v1/licenses/{older}/features", Metric);

        Assert.Equal((202, 1), await SendAsync(host, "single", Event("evt_2", host.Clock.UtcNow)));
        var again = await host.SendAsync("POST", "/api/events", Event("evt_1", between), Producer);

        Assert.Equal(1, again.Number("duplicates"));
        Assert.Equal((1, 1), (await UsedAsync(host, older), await UsedAsync(host, younger)));

        // Before there was a license: the one that had the metric first, now and later.
        Assert.Equal((202, 1), await SendAsync(host, "single", Event("evt_3", MemoryHostStart.AddDays(-1))));
        Assert.Equal(2, await UsedAsync(host, younger));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_another_instance_changed_is_seen(string way)
    {
        var (host, first, _) = await MemoryHost.WithLicenseAsync(Metric);
        await using var running = host;
        await SendAsync(host, way, Event("evt_1", null));
        await OtherAsync(
            new OpenLicense
            {
                LicenseId = "lic_other",
                TenantId = "tenant_acme",
                Features = [Unlimited("api_calls"), Unlimited("storage_gb")],
            },
            "lic_other");

        // A miss is looked up again.
        Assert.Equal((202, 1), await SendAsync(host, way, """{"tenant_id":"tenant_acme","metric":"storage_gb","event_id":"evt_2"}"""));

        // And so is a license that can't count any more.
        await OtherAsync(new ChangeLicense { Deleted = true }, first);
        Assert.Equal((202, 1), await SendAsync(host, way, Event("evt_3", null)));
        Assert.Equal(1, (await host.Meters.ReadAsync("lic_other", default))!.FindMeter("api_calls")!.Used);

        Task OtherAsync(Command command, string licenseId) => ChangeElsewhereAsync(host, command, licenseId);
    }

    [Fact]
    public async Task All_events_of_a_batch_count_on_the_license_that_another_instance_has_made_by_one_look_up()
    {
        var (host, first, _) = await MemoryHost.WithLicenseAsync(Metric);
        await using var running = host;
        await SendAsync(host, "single", Event("evt_1", null));
        var open = new OpenLicense { LicenseId = "lic_other", TenantId = "tenant_acme", Features = [Unlimited("api_calls")] };
        await ChangeElsewhereAsync(host, open, "lic_other");
        await ChangeElsewhereAsync(host, new UnassignFeature { FeatureCode = "api_calls" }, first);
        var before = host.Directory.HolderLookUps;
        var events = string.Join(',', Enumerable.Range(0, 10).Select(i => Event($"new_{i}", host.Clock.UtcNow)));

        var answer = await host.SendAsync("POST", "/api/events", $"[{events}]", Producer);

        Assert.Equal((202, 10), (answer.Status, answer.Number("accepted")));
        Assert.Equal((1, 10), (await UsedAsync(host, first), await UsedAsync(host, "lic_other")));
        Assert.Equal(1, host.Directory.HolderLookUps - before);
    }

    [Fact]
    public async Task A_misspelt_metric_costs_a_batch_one_look_up_and_a_good_one_too_among_thousands_of_licenses()
    {
        var (host, first, _) = await MemoryHost.WithLicenseAsync(Metric);
        await using var running = host;
        for (var i = 0; i < 3000; i++)
        {
            Advance(host);
            var open = new OpenLicense
            {
                LicenseId = $"lic_{i:D4}",
                TenantId = "tenant_acme",
                Features = [Unlimited(i == 2500 ? "rare" : "api_calls")],
            };
            await host.Meters.ApplyAsync(open.LicenseId, open, null, default);
            await host.Directory.NoteFeaturesAsync(LicenseFeatures.Of((await host.Meters.ReadAsync(open.LicenseId, default))!), default);
        }

        var before = host.Directory.HolderLookUps;
        string Many(string metric) => "[" + string.Join(',', Enumerable.Range(0, 900).Select(i => $$"""{"tenant_id":"tenant_acme","metric":"{{metric}}","event_id":"{{metric}}{{i}}"}""")) + "]";
        Assert.Equal(
            900, (await host.SendAsync("POST", "/api/events", Many("api_cals"), Producer)).Json.GetProperty("rejected").GetArrayLength());
        Assert.Equal(1, host.Directory.HolderLookUps - before);
        Assert.Equal(900, (await host.SendAsync("POST", "/api/events", Many("api_calls"), Producer)).Number("accepted"));
        Assert.Equal(900, (await host.SendAsync("POST", "/api/events", Many("rare"), Producer)).Number("accepted"));
        Assert.Equal(3, host.Directory.HolderLookUps - before);
        Assert.Equal(900, await UsedAsync(host, first));
        Assert.Equal("lic_2500", (await host.SendAsync("GET", "/api/quota/tenant_acme/rare")).Text("license_id"));
    }

    [Fact]
    public async Task A_change_of_another_tenant_in_the_middle_of_a_batch_loses_nothing()
    {
        await using var host = await MemoryHost.StartAsync(
            services => services.AddSingleton<ILicenseDirectory>(provider => new Unrest(provider)));
        await host.LicenseAsync(Metric);
        var events = string.Join(',', Enumerable.Range(0, 10).Select(i => Event($"e{i}", null)));

        Assert.Equal(10, (await host.SendAsync("POST", "/api/events", $"[{events}]", Producer)).Number("accepted"));
    }

    [Fact]
    public async Task Features_that_come_by_a_plan_a_machine_or_a_migration_are_known()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        await host.SendAsync("PUT", "/api/v1/catalog", """{"features":[],"plans":[{"id":"p","includes":[{"feature_code":"jobs"}]}]}""");
        Assert.Equal(200, (await host.SendAsync("PATCH", $"/api/v1/licenses/{id}", """{"plan_id":"p"}""")).Status);
        Assert.Equal((202, 1), await SendAsync(host, "single", """{"tenant_id":"tenant_acme","metric":"jobs"}"""));
        Assert.Equal(201, (await host.SendAsync("PUT", "/api/v1/license/machines/m1", """{"cores":2}""", "License " + key)).Status);
        Assert.Equal((202, 1), await SendAsync(host, "single", """{"tenant_id":"tenant_acme","metric":"cpu_cores","quantity":4,"key":"m2"}"""));

        await host.SendAsync("PUT", "/api/v1/catalog", """{"features":[],"plans":[{"id":"p","includes":[{"feature_code":"jobs"},{"feature_code":"storage"}]}]}""");
        var migration = await host.SendAsync("POST", "/api/v1/plans/p/migrate", """{"to_version":2}""");
        while ((await host.SendAsync("GET", $"/api/v1/plans/p/migrations/{migration.Text("id")}")).Text("status") != "completed")
        {
            await Task.Yield();
        }

        Assert.Equal((202, 1), await SendAsync(host, "single", """{"tenant_id":"tenant_acme","metric":"storage","quantity":7}"""));
    }

    // As another instance does it, of which this one is not told.
    private static async Task ChangeElsewhereAsync(MemoryHost host, Command command, string licenseId)
    {
        Advance(host);
        await host.Meters.ApplyAsync(licenseId, command, null, default);
        await host.Directory.NoteFeaturesAsync(LicenseFeatures.Of((await host.Meters.ReadAsync(licenseId, default))!), default);
    }

    /// <summary>A directory during whose look-ups another tenant's licenses change.</summary>
    private sealed class Unrest(IServiceProvider services) : ILicenseDirectory
    {
        private readonly MemoryDirectory _inner = new(new MemoryClock());

        public ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken) =>
            _inner.AddAsync(license, cancellationToken);

        public ValueTask<LicenseRecord> AddAsync(
            LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken) =>
            _inner.AddAsync(license, features, answer, cancellationToken);

        public ValueTask<LicenseRecord?> ChangeAsync(
            string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken) =>
            _inner.ChangeAsync(licenseId, change, cancellationToken);

        public ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) =>
            _inner.FindAsync(licenseId, cancellationToken);

        public ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken) =>
            _inner.FindByKeyHashAsync(keyHash, cancellationToken);

        public ValueTask<Page<ListedLicense>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken) =>
            ((ILicenseDirectory)_inner).ListAsync(tenantId, cursor, limit, cancellationToken);

        public ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
            string? tenantId, string? afterId, int limit, CancellationToken cancellationToken) =>
            _inner.WalkAsync(tenantId, afterId, limit, cancellationToken);

        public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) =>
            _inner.NoteFeaturesAsync(features, cancellationToken);

        public async ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
            string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken)
        {
            services.GetRequiredService<EventLicenses>().Forget("another");
            return await _inner.HoldersAsync(tenantId, featureCode, haveNow, most, cancellationToken);
        }
    }

    private static readonly DateTimeOffset MemoryHostStart = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private static FeatureTerms Unlimited(string code) =>
        new(new Feature { Code = code, Kind = FeatureKind.Metered, Metric = MetricType.Counter }, new Terms());

    private static void Advance(MemoryHost host) => host.Clock.UtcNow += TimeSpan.FromSeconds(1);

    private static string Event(string id, DateTimeOffset? at) => at is null
        ? $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"{{id}}"}"""
        : $$"""{"tenant_id":"tenant_acme","metric":"api_calls","event_id":"{{id}}","occurred_at":"{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""";

    private static async Task<(int Status, decimal Accepted)> SendAsync(MemoryHost host, string way, string json)
    {
        if (way == "retry")
        {
            await host.Directory.AddAsync(
                [new DeadLetter("dl_" + Guid.NewGuid().ToString("N"), host.Clock.UtcNow, "busy", "", json)], default);
            var letter = (await host.SendAsync("GET", "/api/v1/dead-letters")).Json.GetProperty("items")[0].GetProperty("id").GetString();
            var retried = await host.SendAsync("POST", $"/api/v1/dead-letters/{letter}/retry");
            return (retried.Status, retried.Number("accepted"));
        }

        var content = new StringContent(
            way == "array" ? $"[{json}]" : json, Encoding.UTF8, way == "lines" ? "application/x-ndjson" : "application/json");
        var reply = await host.SendContentAsync("POST", "/api/events", content, Producer);
        return (reply.Status, reply.Number("accepted"));
    }

    private static async Task<decimal> UsedAsync(MemoryHost host, string licenseId) =>
        (await host.Meters.ReadAsync(licenseId, default))!.FindMeter("api_calls")!.Used;
}
