using System.Text.Json;
using Metering.Api.Tests.Memory;
using Metering.Api.Tests.Recent;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests.Overview;

public sealed class OverviewTests
{
    private const string Path = "/api/v1/overview";
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_says_how_licenses_quotas_letters_and_webhooks_stand()
    {
        await using var host = await MemoryHost.StartAsync();
        var full = await UsedAsync(host, "tenant_a", 100);
        var near = await UsedAsync(host, "tenant_b", 85);
        await UsedAsync(host, "tenant_b", 10);
        await UsedAsync(host, "tenant_c", 0);
        var suspended = await UsedAsync(host, "tenant_d", 99);
        await host.SendAsync("POST", $"/api/v1/licenses/{suspended}/suspend", "{}");
        await host.SendAsync("POST", "/api/v1/events", """[{"metric":"none","tenant_id":"tenant_a"}]""");
        await host.SendAsync("POST", "/api/v1/webhooks", """{"url":"https://hooks.example.com/a"}""");

        var reply = await host.SendAsync("GET", Path);

        var counts = reply.Json.GetProperty("licenses");
        Assert.Equal(
            (5, 4, 1, 0, true),
            (Int(counts, "total"), Int(counts, "active"), Int(counts, "suspended"), Int(counts, "expired"),
                counts.GetProperty("is_complete").GetBoolean()));
        Assert.Equal(["tenant_a 100 1", "tenant_b 85 2", "tenant_c 0 1"], reply.Json.GetProperty("tenants").EnumerateArray().Select(tenant =>
            $"{tenant.GetProperty("tenant_id").GetString()} {Int(tenant.GetProperty("nearest"), "percent")} {Int(tenant.GetProperty("licenses"), "count")}"));
        Assert.Equal([full], Ids(reply, "over_limit"));
        Assert.Equal([near], Ids(reply, "near_limit"));
        Assert.Equal(1, Int(reply.Json.GetProperty("dead_letters"), "count"));
        Assert.True(Assert.Single(reply.Json.GetProperty("webhooks").EnumerateArray()).GetProperty("enabled").GetBoolean());
        var minutes = reply.Json.GetProperty("minutes").EnumerateArray().ToList();
        Assert.Equal((60, 4, 1), (minutes.Count, minutes.Sum(minute => Int(minute, "counted")), minutes.Sum(minute => Int(minute, "not_counted"))));
    }

    [Fact]
    public async Task A_token_of_one_tenant_may_not_see_it()
    {
        await using var host = await MemoryHost.StartAsync();
        var token = (await host.SendAsync(
            "POST", "/api/v1/tokens", """{"name":"acme","scopes":["read"],"tenant_id":"tenant_acme"}""")).Text("token");

        Assert.Equal(403, (await host.SendAsync("GET", Path, null, "Bearer " + token)).Status);
        Assert.Equal(403, (await host.SendAsync("GET", Path, null, "Bearer " + MemoryHost.ProducerToken)).Status);
        Assert.Equal(200, (await host.SendAsync("GET", Path, null, "Bearer " + MemoryHost.ReaderToken)).Status);
    }

    [Fact]
    public async Task An_answer_is_remembered_for_some_seconds()
    {
        var time = new StillTime();
        await using var host = await MemoryHost.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        await UsedAsync(host, "tenant_a", 1);
        Assert.Equal(1, Int((await host.SendAsync("GET", Path)).Json.GetProperty("licenses"), "total"));
        await UsedAsync(host, "tenant_b", 1);

        Assert.Equal(1, Int((await host.SendAsync("GET", Path)).Json.GetProperty("licenses"), "total"));
        time.Advance(OverviewReading.Freshness);
        Assert.Equal(2, Int((await host.SendAsync("GET", Path)).Json.GetProperty("licenses"), "total"));
    }

    [Fact]
    public async Task Of_more_licenses_than_a_second_is_enough_for_the_answer_says_that_it_is_a_part_and_the_next_goes_on()
    {
        var time = new StillTime();
        var clock = new MemoryClock();
        var (directory, meters) = (new MemoryDirectory(clock), new MemoryMeters(clock, MeterRules.Default));
        // Three pages of 250 and one more.
        for (var i = 0; i < 751; i++)
        {
            var license = new LicenseRecord { Id = $"lic_{i:D4}", TenantId = $"tenant_{i}", KeyHash = $"{i:x64}" };
            await directory.AddAsync(license, default);
            await meters.ApplyAsync(license.Id, new OpenLicense { LicenseId = license.Id, TenantId = license.TenantId }, null, default);
        }

        var walk = new LicenseWalk(directory, new SlowMeters(meters, time, LicenseWalk.StepTime / 2), clock, MeterRules.Default, time);

        var part = await walk.StepAsync(default);
        Assert.Equal((500, false), (part.Survey.Counts(false).Total, part.IsComplete));
        var whole = await walk.StepAsync(default);
        var rested = await walk.StepAsync(default);
        time.Advance(9 * 2 * LicenseWalk.StepTime);
        var next = await walk.StepAsync(default);

        Assert.Equal((751, true), (whole.Survey.Counts(true).Total, whole.IsComplete));
        Assert.Same(whole.Survey, rested.Survey);
        // As long as the next look is on its way, the one before is shown.
        Assert.Same(whole.Survey, next.Survey);
        Assert.NotSame(whole.Survey, (await walk.StepAsync(default)).Survey);
    }

    [Fact]
    public async Task On_a_machine_on_which_the_time_is_over_at_once_a_page_is_read_all_the_same()
    {
        var clock = new MemoryClock();
        var (directory, meters) = (new MemoryDirectory(clock), new MemoryMeters(clock, MeterRules.Default));
        var walk = new LicenseWalk(directory, meters, clock, MeterRules.Default, new JumpingTime());

        Assert.True((await walk.StepAsync(default)).IsComplete);
    }

    [Fact]
    public async Task A_license_that_cannot_be_read_is_counted_and_hides_no_other()
    {
        var clock = new MemoryClock();
        var directory = new MemoryDirectory(clock);
        var meters = new MemoryMeters(clock, MeterRules.Default) { Fault = new InvalidDataException("Torn.") };
        await directory.AddAsync(new LicenseRecord { Id = "lic_a", TenantId = "a", KeyHash = new string('0', 64) }, default);

        var walk = new LicenseWalk(directory, meters, clock, MeterRules.Default, TimeProvider.System);

        var (survey, isComplete) = await walk.StepAsync(default);

        Assert.Equal((1, 1, true), (survey.Counts(true).Total, survey.Counts(true).Unreadable, isComplete));
    }

    [Fact]
    public void Lists_and_tenants_are_the_furthest_of_any_number()
    {
        var survey = new LicenseSurvey(default);
        var rules = MeterRules.Default;
        foreach (var number in Enumerable.Range(0, 200).OrderBy(number => number * 7919 % 200))
        {
            // A tenant has two licenses, of which the second is half as far.
            survey.Add(Standing($"lic_{number:D3}_a", $"tenant_{number:D3}", 1_000 + number), Start, rules);
            survey.Add(Standing($"lic_{number:D3}_b", $"tenant_{number:D3}", 500), Start, rules);
        }

        Assert.Equal((200, 50), (survey.Over.Count, survey.Over.Items.Count));
        Assert.Equal("lic_199_a", survey.Over.Items[0].LicenseId);
        Assert.Equal("lic_150_a", survey.Over.Items[^1].LicenseId);
        Assert.Equal(
            Enumerable.Range(150, 50).Reverse().Select(number => $"tenant_{number:D3}"), survey.Tenants.Select(place => place.TenantId));
    }

    private static LicenseState Standing(string id, string tenant, decimal used)
    {
        var open = new OpenLicense
        {
            LicenseId = id,
            TenantId = tenant,
            Features = [new FeatureTerms(new Feature { Code = "calls" }, new Terms { Limit = 1_000, OverLimit = Policy.AllowWithOverage })],
        };
        return LicenseMeter.Apply(
            LicenseMeter.Apply(null, open, Start).State, new RecordUse { FeatureCode = "calls", Given = used }, Start).State;
    }

    private static async Task<string> UsedAsync(MemoryHost host, string tenant, int used)
    {
        var (id, key) = await host.LicenseAsync("""{"feature_code":"api_calls","limit":100}""", tenant);
        if (used > 0)
        {
            Assert.Equal(200, (await host.RunAsync("POST", "consume", key, $$"""{"feature_code":"api_calls","amount":{{used}}}""")).Status);
        }

        return id;
    }

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static IEnumerable<string?> Ids(Reply reply, string list) =>
        reply.Json.GetProperty(list).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("license_id").GetString());

    // Every look at it is a step later than the one before.
    private sealed class JumpingTime : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _looks++ * LicenseWalk.StepTime.Ticks;
    }
}
