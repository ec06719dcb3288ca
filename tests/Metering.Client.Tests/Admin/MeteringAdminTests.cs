using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metering.Client.Admin;
using Metering.Client.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Client.Tests.Admin;

/// <summary>An operator against the real server.</summary>
public sealed class MeteringAdminTests(Meter meter) : IClassFixture<Meter>, IDisposable
{
    private readonly Wire _wire = new();

    [Fact]
    public async Task A_catalog_is_read_tried_and_published()
    {
        using var admin = Admin();
        var plan = new Plan
        {
            Id = "tiered",
            Group = "extras",
            Price = new PlanPrice { Amount = 19, Currency = "USD", Interval = "month" },
            Includes =
            [
                new PlanFeature
                {
                    FeatureCode = "calls",
                    Limit = 1000.5m,
                    Reset = new ResetTerms("month", "calendar", "Europe/Berlin"),
                    Rollover = new Rollover(5),
                    Price = new TermsPrice("USD"),
                    Tiers =
                    [
                        new Tier { From = new TierStart(80, IsPercent: true), Level = UsageLevel.Warning, UnitPrice = 0.002m },
                        new Tier
                        {
                            From = new TierStart(1000), Level = UsageLevel.OverUsage, Policy = UsagePolicy.RateLimit,
                            Rate = new TierRate { Amount = 10, Per = "second", Burst = 20 },
                        },
                    ],
                },
            ],
        };

        var tried = await admin.Catalog.PutAsync(new CatalogDocument { Plans = [plan] }, dryRun: true);
        await Assert.ThrowsAsync<MeteringProblemException>(() => admin.Catalog.GetPlanAsync("tiered"));
        await admin.Catalog.PutPlanAsync(plan);
        var read = await admin.Catalog.GetPlanAsync("tiered");
        var again = await admin.Catalog.PutDocumentAsync(await admin.Catalog.GetDocumentAsync(), dryRun: true);
        var typed = await admin.Catalog.PutAsync(await admin.Catalog.GetAsync(), dryRun: true);
        await admin.Catalog.PutPlanAsync(plan with { Name = "Tiered", Includes = [plan.Includes[0] with { Limit = 1200 }] });
        var versions = await admin.Catalog.ListPlanVersionsAsync("tiered").ToListAsync();
        var migration = await admin.Catalog.MigrateAsync("tiered", 2);

        Assert.Equal(("plan", "tiered", true), (Assert.Single(tried.Created).Type, tried.Created[0].Id, tried.DryRun));
        Assert.Equal(plan.Includes[0].Tiers!, read.Includes![0].Tiers!.Select(tier => tier with
        {
            Policy = tier.Policy == UsagePolicy.NotifyOnly ? null : tier.Policy,
        }));
        Assert.Equal((1000.5m, new ResetTerms("month", "calendar", "Europe/Berlin")), (read.Includes[0].Limit, read.Includes[0].Reset));
        Assert.Equal((0, 0, 0, 0), (again.Created.Count, again.Changed.Count, typed.Created.Count, typed.Changed.Count));
        Assert.Equal([1, 2], versions.Select(version => version.Version ?? 0).Order());
        Assert.Equal("tiered", (await admin.Catalog.GetMigrationAsync("tiered", migration.Id)).PlanId);
        Assert.Contains(await admin.Catalog.ListFeaturesAsync().ToListAsync(), feature => feature is { Code: "pro", Kind: "boolean" });
    }

    [Fact]
    public async Task A_license_is_made_once_however_often_the_answer_is_lost_and_goes_its_way()
    {
        using var admin = Admin();
        _wire.LoseAnswers(1);

        var made = await admin.Licenses.CreateAsync(new NewLicense { TenantId = "way", Metadata = Json("""{"crm":4711}""") });
        var all = await admin.Licenses.ListAsync("way").ToListAsync();
        var changed = await admin.Licenses.ChangeAsync(
            made.Id, new LicenseChange { ExpiresAt = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), RemoveMetadata = true });
        var forEver = await admin.Licenses.ChangeAsync(made.Id, new LicenseChange { NeverExpires = true });
        var suspended = await admin.Licenses.SuspendAsync(made.Id);
        var halted = await admin.Usage.GetAsync(made.Id);
        var resumed = await admin.Licenses.ResumeAsync(made.Id);
        var rotated = await admin.Licenses.RotateKeyAsync(made.Id);
        await admin.Licenses.AssignFeatureAsync(made.Id, new Assignment { FeatureCode = "pro" });
        var features = await admin.Licenses.ListFeaturesAsync(made.Id).ToListAsync();
        await admin.Licenses.UnassignFeatureAsync(made.Id, "pro");
        await admin.Licenses.DeleteAsync(made.Id);
        var gone = await admin.Licenses.GetAsync(made.Id);
        var unknown = await Assert.ThrowsAsync<MeteringProblemException>(() => admin.Licenses.GetAsync("lic_none"));

        Assert.Equal(made.Id, Assert.Single(all).Id);
        Assert.Equal(4711, all[0].Metadata!.Value.GetProperty("crm").GetInt32());
        Assert.Equal("small", Assert.Single(made.Plans).PlanId);
        Assert.All(
            halted.Features, feature => Assert.Equal((false, RefusalCodes.LicenseSuspended), (feature.Allowed, feature.Refusal?.Code)));
        Assert.NotEmpty(halted.Features);
        Assert.Equal((2100, null), (changed.ExpiresAt!.Value.Year, changed.Metadata));
        Assert.Null(forEver.ExpiresAt);
        Assert.Equal(("suspended", "active"), (suspended.Status, resumed.Status));
        Assert.StartsWith("lk_", rotated.Key, StringComparison.Ordinal);
        Assert.Equal(["calls", "pro"], features.Select(feature => feature.FeatureCode).Order());
        Assert.Equal(("deleted", "license_not_found", 404), (gone.Status, unknown.Code, unknown.Status));
    }

    [Fact]
    public async Task A_list_is_read_part_by_part_and_can_be_left_early()
    {
        using var admin = Admin();
        var license = await meter.LicenseAsync("long");
        await meter.SendAsync(HttpMethod.Post, "/api/v1/events", Enumerable.Range(0, 501)
            .Select(number => new { license_id = license.Id, metric = "calls", event_id = $"long-{number}" }));

        var before = _wire.Sent;
        var uses = await admin.Ledger.ListAsync(license.Id, new LedgerFilter(FeatureCode: "calls")).CountAsync();
        var first = await admin.Ledger.ListAsync(license.Id).FirstAsync();

        Assert.Equal((501, 3), (uses, _wire.Sent - before));
        Assert.Equal((1, "license_created"), (first.Sequence, first.Kind));
    }

    [Fact]
    public async Task Use_is_corrected_granted_paid_and_told()
    {
        using var admin = Admin();
        var license = await meter.LicenseAsync("books");
        await using (var client = new MeteringClient(new MeteringClientOptions { Address = meter.Address, LicenseKey = license.Key }))
        {
            await client.ConsumeAsync("calls", 8, new UseDetails { UserId = "ada" });
        }

        var grant = await admin.Grants.CreateAsync(license.Id, new NewGrant { FeatureCode = "calls", Amount = 30, Reason = "sorry" });
        var less = await admin.Usage.DecrementAsync(license.Id, new UsageDecrement { FeatureCode = "calls", Amount = 3, Reference = "T-1" });
        var quota = await admin.Reports.GetQuotaAsync("books", "calls");
        var usage = await admin.Reports.GetUsageAsync("books", "calls", new UsageQuery { Granularity = "day", ByUser = true });
        var users = await admin.Reports.GetTopUsersAsync("books", "calls");
        var bill = await admin.Reports.GetBillingAsync(new BillingRequest { TenantId = "books" });
        var statement = await admin.Reports.GetStatementAsync(license.Id);
        var balance = await admin.Balances.OpenAsync(license.Id, new NewBalance { Unit = "USD", Amount = 5 });
        await admin.Balances.SuspendAsync(license.Id, "USD");
        await admin.Balances.ResumeAsync(license.Id, "USD");
        var changed = await admin.Balances.ChangeAsync(license.Id, "USD", new BalanceChange { AllowOverage = true, LowAt = 2 });
        var paid = await admin.Balances.TopUpAsync(license.Id, "USD", new Credit { Amount = 2.5m });
        var left = await admin.Balances.WithdrawAsync(license.Id, "USD", new Credit { Amount = 1 });
        await admin.Grants.VoidAsync(license.Id, grant.Id, "a mistake");
        var reset = await admin.Usage.ResetAsync(license.Id, new UsageReset { FeatureCode = "calls" });
        var standing = await admin.Usage.GetAsync(license.Id);

        Assert.Equal((30m, "active", 5m, 40m), (grant.Remaining, grant.Status, less.Used, less.Allowance));
        Assert.Equal((5m, 12.5m, "books"), (quota.Usage.Used, quota.PercentUsed, quota.TenantId));
        Assert.Equal(license.Id, Assert.Single(quota.Licenses!).LicenseId);
        Assert.Equal(UsageLevel.OverUsage, quota.Tiers[^1].Level);
        Assert.Equal((5m, "ada"), (usage.Total, Assert.Single(usage.Buckets).Users![0].UserId));
        Assert.Equal("ada", users[0].UserId);
        Assert.Contains(bill.Lines, line => line is { FeatureCode: "calls", Used: 5 });
        Assert.Contains(statement.Grants, one => one.GrantId == grant.Id);
        Assert.Equal((true, 2m), (changed.AllowOverage, changed.LowAt));
        Assert.Equal((5m, 7.5m, 6.5m), (balance.Available, paid.Available, left.Available));
        Assert.Equal("voided", (await admin.Grants.ListAsync(license.Id, "calls").SingleAsync()).Status);
        Assert.Equal(0, reset.Used);
        Assert.Equal(6.5m, Assert.Single(standing.Balances).Amount);
        Assert.Contains(standing.Features, feature => feature is { FeatureCode: "calls", Used: 0 });
        Assert.Equal("ada", (await admin.Ledger.ListRollupsAsync(license.Id, featureCode: "calls").SingleAsync()).ByUser.Keys.First());
    }

    [Fact]
    public async Task A_ledger_that_is_followed_tells_each_entry_once()
    {
        using var admin = Admin();
        var license = await meter.LicenseAsync("followed");
        var seen = new List<long>();

        await foreach (var entry in admin.Ledger.FollowAsync(license.Id, interval: TimeSpan.FromMilliseconds(1)))
        {
            seen.Add(entry.Sequence);
            if (seen.Count == 6)
            {
                break;
            }

            await admin.Grants.CreateAsync(license.Id, new NewGrant { FeatureCode = "calls", Amount = 1 });
        }

        Assert.Equal(Enumerable.Range(1, 6).Select(number => (long)number), seen);
    }

    [Fact]
    public async Task Exports_schedules_webhooks_tokens_and_dead_letters_are_looked_after()
    {
        using var admin = Admin();
        var today = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero);

        var export = await admin.Exports.CreateAsync(
            new NewExport { Report = "ledger", From = today, To = today.AddDays(1), Format = "jsonl", Name = "mine-{id}" });
        var over = await admin.Exports.WatchAsync(export.Id, TimeSpan.FromMilliseconds(20)).LastAsync();
        using var file = new MemoryStream();
        using var manifest = new MemoryStream();
        await admin.Exports.DownloadAsync(export.Id, file);
        await admin.Exports.DownloadManifestAsync(export.Id, manifest);
        var schedule = await admin.Schedules.CreateAsync(
            new ExportScheduleChange { Report = "usage", Cron = "0 6 * * *", Span = "day", Format = "csv" });
        var paused = await admin.Schedules.ChangeAsync(schedule.Id, new ExportScheduleChange { Paused = true });
        var webhook = await admin.Webhooks.CreateAsync(new WebhookChange { Url = "https://receiver.invalid/", Events = ["overage"] });
        var changed = await admin.Webhooks.ChangeAsync(webhook.Id, new WebhookChange { Enabled = false });
        var token = await admin.Tokens.CreateAsync(new NewToken { Name = "feeder", Scopes = ["ingest"] });
        await meter.SendAsync(
            HttpMethod.Post, "/api/v1/events", new[] { new { tenant_id = "nobody-here", metric = "calls", event_id = "lost" } });
        var letters = new DeadLetterFilter(TenantId: "nobody-here");
        var letter = await admin.DeadLetters.ListAsync(letters).SingleAsync();
        var still = await Assert.ThrowsAsync<MeteringProblemException>(() => admin.DeadLetters.RetryAsync(letter.Id));
        var refused = await admin.DeadLetters.RetryAllAsync(letters).SingleAsync();
        await meter.LicenseAsync("found");
        var counted = await admin.DeadLetters.RetryAsync(letter.Id, new UsageEvent { TenantId = "found", Metric = "calls", EventId = "lost" });

        Assert.Equal(("done", true), (over.Status, over.IsOver));
        Assert.True(over.Rows > 0);
        Assert.Equal(over.Sha256, Convert.ToHexStringLower(SHA256.HashData(file.ToArray())));
        Assert.Contains(over.Sha256!, Encoding.UTF8.GetString(manifest.ToArray()), StringComparison.Ordinal);
        Assert.Contains(await admin.Exports.ListAsync().ToListAsync(), one => one.Id == export.Id);
        Assert.Equal((false, true), (schedule.Paused, paused.Paused));
        Assert.NotEmpty(schedule.NextRuns);
        Assert.StartsWith("whsec_", webhook.Secret, StringComparison.Ordinal);
        Assert.Equal((false, "overage", null), (changed.Enabled, Assert.Single(changed.Events), changed.Secret));
        Assert.NotNull(token.Token);
        Assert.Contains(await admin.Tokens.ListAsync().ToListAsync(), one => one.Id == token.Id && one.Token is null);
        Assert.Equal((letter.Code, letter.Id), (still.Code, Assert.Single(refused.Refused).Id));
        Assert.Equal(1, counted.Accepted);
        Assert.Empty(await admin.DeadLetters.ListAsync(letters).ToListAsync());

        await admin.Exports.DeleteAsync(export.Id);
        await admin.Schedules.DeleteAsync(schedule.Id);
        await admin.Webhooks.DeleteAsync(webhook.Id);
        await admin.Tokens.RevokeAsync(token.Id);
        Assert.Empty(await admin.Schedules.ListAsync().ToListAsync());
        Assert.Empty(await admin.Webhooks.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task A_meter_that_is_away_not_ready_or_no_meter_is_told_apart()
    {
        using var admin = Admin();
        var ready = await admin.Service.GetReadyAsync();
        var version = await admin.Service.GetVersionAsync();
        var clock = await Assert.ThrowsAsync<MeteringProblemException>(() => admin.Service.GetTestClockAsync());
        using var stranger = new MeteringAdmin(new MeteringAdminOptions { Address = meter.Address, Token = "nobody" });
        var unknown = await Assert.ThrowsAsync<MeteringProblemException>(() => stranger.Catalog.GetAsync());
        _wire.Cut = true;
        var away = await Assert.ThrowsAsync<MeteringUnavailableException>(() => admin.Service.GetReadyAsync());

        Assert.True(ready.IsReady);
        Assert.NotNull(ready.ServerTime);
        Assert.Equal("1.0.0", version);
        Assert.Equal((404, 401), (clock.Status, unknown.Status));
        Assert.Null(away.Status);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".")]
    public async Task A_name_can_not_reach_another_path(string id)
    {
        using var admin = Admin();
        await Assert.ThrowsAsync<ArgumentException>(() => admin.Licenses.DeleteAsync(id));
        var other = await Assert.ThrowsAsync<MeteringProblemException>(() => admin.Licenses.GetAsync("../tokens?x=/" + id));

        Assert.Equal("license_not_found", other.Code);
    }

    [Fact]
    public async Task An_application_gets_it_as_a_service()
    {
        var services = new ServiceCollection();
        services.AddMeteringAdmin(options => (options.Address, options.Token) = (meter.Address, Meter.Token));
        await using var provider = services.BuildServiceProvider();

        Assert.NotEmpty((await provider.GetRequiredService<MeteringAdmin>().Catalog.GetAsync()).Features!);
        Assert.Throws<ArgumentException>(() => services.AddMeteringAdmin(options => options.Address = meter.Address));
    }

    public void Dispose() => _wire.Dispose();

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private MeteringAdmin Admin() => new(
        new MeteringAdminOptions { Address = meter.Address, Token = Meter.Token },
        MeterHttp.NewHttp(TimeSpan.FromSeconds(30), maxRetries: 2, _wire), TimeProvider.System);
}
