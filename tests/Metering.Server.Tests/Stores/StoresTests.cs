using System.Collections.Immutable;
using Metering.Server.Clock;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

public sealed class StoresTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_directory_finds_licenses_by_id_key_and_tenant_and_keeps_changes()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var directory = new SqliteLicenseDirectory(fixture.Engine);
        for (var i = 0; i < 5; i++)
        {
            await directory.AddAsync(License(i), None);
        }

        await directory.ChangeAsync("lic_1", license => license with { KeyHash = new string('f', 64) }, None);
        await directory.ChangeAsync("lic_2", license => license with { Deleted = true }, None);
        Assert.Null(await directory.ChangeAsync("lic_9", license => license with { Deleted = true }, None));
        Assert.Equal(License(0), await directory.AddAsync(License(0) with { KeyHash = new string('e', 64) }, None));

        Assert.Equal(License(0), await directory.FindAsync("lic_0", None));
        Assert.Null(await directory.FindAsync("lic_9", None));
        Assert.Equal("lic_0", await directory.FindByKeyHashAsync(License(0).KeyHash, None));
        Assert.Equal("lic_1", await directory.FindByKeyHashAsync(new string('f', 64), None));
        Assert.Null(await directory.FindByKeyHashAsync(License(1).KeyHash, None));
        var first = await directory.ListAsync(null, null, 2, None);
        var second = await directory.ListAsync(null, first.NextCursor, 2, None);
        Assert.Equal(["lic_0", "lic_1", "lic_3", "lic_4"], first.Items.Concat(second.Items).Select(license => license.Id));
        Assert.Null(second.NextCursor);
        Assert.Equal(["lic_0", "lic_4"], (await directory.ListAsync("tenant_0", null, 10, None)).Items.Select(license => license.Id));
        await Assert.ThrowsAsync<FormatException>(async () => await directory.ListAsync(null, "?", 2, None));
    }

    [Fact]
    public async Task Licenses_that_have_or_had_a_feature_are_found_oldest_first()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var directory = new SqliteLicenseDirectory(fixture.Engine);
        var start = new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
        LicenseFeatures Features(int i, DateTimeOffset? until, params string[] codes) => new(
            $"lic_{9999 - i}", "tenant_0", start.AddSeconds(i), codes.ToImmutableSortedDictionary(code => code, _ => ImmutableArray.Create(new FeatureSpan(start.AddSeconds(i), until))));
        for (var i = 0; i < 1200; i++)
        {
            await directory.NoteFeaturesAsync(Features(i, null, "calls", $"own_{i}"), None);
        }

        await directory.NoteFeaturesAsync(Features(3, start.AddDays(1), "calls"), None);
        await fixture.RestartAsync();
        directory = new SqliteLicenseDirectory(fixture.Engine);

        var holders = await directory.HoldersAsync("tenant_0", "calls", None);
        Assert.Equal(Enumerable.Range(0, 1200).Select(i => $"lic_{9999 - i}"), holders.Select(holder => holder.LicenseId));
        Assert.Equal((start.AddSeconds(3), false), (holders[3].CreatedAt, holders[3].HasNow));
        Assert.Equal([new FeatureSpan(start.AddSeconds(3), start.AddDays(1))], holders[3].Spans.ToArray());
        Assert.Equal("lic_9992", Assert.Single(await directory.HoldersAsync("tenant_0", "own_7", None)).LicenseId);
        Assert.Empty(await directory.HoldersAsync("tenant_0", "own", None));
        Assert.Empty(await directory.HoldersAsync("tenant_1", "calls", None));
    }

    [Fact]
    public async Task Changes_of_a_license_that_come_together_take_nothing_back()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var directory = new SqliteLicenseDirectory(fixture.Engine);
        await directory.AddAsync(License(0), None);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => directory.ChangeAsync(
            "lic_0", license => license with { RotatedBy = license.RotatedBy + "x" }, None).AsTask()));

        Assert.Equal(50, (await directory.FindAsync("lic_0", None))!.RotatedBy!.Length);
    }

    [Fact]
    public async Task The_catalog_is_the_same_after_a_restart_and_changes_come_one_after_the_other()
    {
        await using var fixture = await EngineFixture.StartAsync();
        using var catalog = new SqliteCatalog(fixture.Engine);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => catalog.ChangeAsync(
            before => before with { Features = before.Features.Add($"f{i}", new Feature { Code = $"f{i}" }) }, None).AsTask()));
        var plan = new Plan { Id = "pro", Includes = [new PlanInclude("f1", new Terms { Limit = 5 })] };
        await catalog.ChangeAsync(before => before with { Plans = before.Plans.Add("pro", [plan]) }, None);
        var last = await catalog.ChangeAsync(
            before => before with
            {
                Features = before.Features.Remove("f0"),
                Plans = before.Plans.SetItem("pro", before.Plans["pro"].Add(plan with { Version = 2, Name = "Pro" })),
            },
            None);
        await fixture.RestartAsync();

        using var again = new SqliteCatalog(fixture.Engine);
        var read = await again.ReadAsync(None);

        Assert.Equal(49, read.Features.Count);
        Assert.Equal(last.Features, read.Features);
        Assert.Equal([1, 2], read.Plans["pro"].Select(version => version.Version));
        Assert.True(read.FindPlan("pro", 1)!.SaysTheSameAs(plan));
        Assert.Equal("Pro", read.FindPlan("pro")!.Name);
    }

    [Fact]
    public async Task A_remembered_request_keeps_its_first_answer_until_its_memory_is_over()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var memory = new SqliteRequestMemory(fixture.Engine, fixture.Clock);
        await memory.RememberAsync("key", new RememberedRequest("hash", 201, "first"), None);
        await memory.RememberAsync("key", new RememberedRequest("hash", 201, "second"), None);
        Assert.Equal(new RememberedRequest("hash", 201, "first"), await memory.FindAsync("key", None));

        fixture.Clock.UtcNow += fixture.Engine.Rules.IdempotencyMemory;

        Assert.Null(await memory.FindAsync("key", None));
        await memory.RememberAsync("key", new RememberedRequest("hash", 201, "third"), None);
        Assert.Equal("third", (await memory.FindAsync("key", None))!.Body);
    }

    [Fact]
    public async Task Dead_letters_are_kept_once_listed_and_bounded()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxDeadLetters = 5 });
        var letters = new SqliteDeadLetters(fixture.Engine, NullLogger<SqliteDeadLetters>.Instance);
        await letters.AddAsync([Letter(1), Letter(2), Letter(3)], None);
        await letters.AddAsync([Letter(3), Letter(4)], None);
        await letters.RemoveAsync("dl_2", None);

        var first = await letters.ListAsync(null, 2, None);
        var second = await letters.ListAsync(first.NextCursor, 2, None);
        Assert.Equal(["dl_1", "dl_3", "dl_4"], first.Items.Concat(second.Items).Select(letter => letter.Id));
        Assert.Equal(Letter(3), await letters.FindAsync("dl_3", None));
        Assert.Null(await letters.FindAsync("dl_2", None));

        await letters.AddAsync([Letter(5), Letter(6), Letter(7)], None);

        var kept = await letters.ListAsync(null, 100, None);
        Assert.Equal(["dl_3", "dl_4", "dl_5", "dl_6", "dl_7"], kept.Items.Select(letter => letter.Id));
    }

    [Fact]
    public async Task A_lease_key_is_made_once_and_kept()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var made = await new SqliteLeaseKeys(fixture.Engine, fixture.Clock).ReadAsync(None);
        await fixture.RestartAsync();

        var kept = await new SqliteLeaseKeys(fixture.Engine, fixture.Clock).ReadAsync(None);

        Assert.Equal(Assert.Single(made).Id, Assert.Single(kept).Id);
    }

    [Fact]
    public async Task Signals_wait_in_order_until_they_are_removed_and_are_bounded()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxOutboxSignals = 100 });
        var outbox = new SignalOutbox(fixture.Engine);
        await fixture.OpenLicenseAsync("lic_a", limit: 1, reset: Interval.Day);
        for (var day = 0; day < 150; day++)
        {
            await fixture.ApplyAsync("lic_a", new RecordUse { FeatureCode = "api_calls", Given = 5 });
            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
            if (day % 50 == 0)
            {
                await fixture.Engine.FlushAsync();
            }
        }

        await fixture.Engine.FlushAsync();
        var all = await outbox.ReadAsync(0, 1_000, None);
        Assert.Equal(100, all.Count);
        Assert.Equal(all.OrderBy(signal => signal.Position), all);
        Assert.True(all.Zip(all.Skip(1)).All(pair => pair.First.Signal.Sequence <= pair.Second.Signal.Sequence));

        await outbox.RemoveThroughAsync(all[9].Position);

        Assert.Equal(all.Skip(10).Take(3), await outbox.ReadAsync(0, 3, None));
    }

    [Fact]
    public async Task A_test_clock_stands_still_is_set_both_ways_and_survives_a_restart()
    {
        using var folder = new DataFolder();
        using var clock = TestMeterClock.Open(folder.Path, TimeProvider.System);
        var start = clock.UtcNow;
        Assert.InRange(start, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);

        await clock.SetAsync(start.AddDays(40), None);
        await clock.SetAsync(start.AddDays(-1), None);

        Assert.Equal(start.AddDays(-1), clock.UtcNow);
        using var again = TestMeterClock.Open(folder.Path, TimeProvider.System);
        Assert.Equal(start.AddDays(-1), again.UtcNow);
    }

    [Fact]
    public async Task The_system_clock_cannot_be_set()
    {
        var clock = new SystemMeterClock(TimeProvider.System, NullLogger.Instance);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await clock.SetAsync(DateTimeOffset.UnixEpoch, None));
        Assert.Equal(0, clock.UtcNow.Ticks % TimeSpan.TicksPerMillisecond);
    }

    private static LicenseRecord License(int number) => new()
    {
        Id = $"lic_{number}",
        TenantId = $"tenant_{number % 4}",
        KeyHash = new string((char)('0' + number), 64),
        CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    private static DeadLetter Letter(int number) => new($"dl_{number}", DateTimeOffset.UnixEpoch, "code", "detail", "{}");
}
