using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Ingest;
using Metering;

namespace MeterFunctions.Tests.Licenses;

/// <summary>What things cost in requests to the table storage: they are what Azure bills and what takes the time.</summary>
[Collection(StorageCollection.Name)]
public sealed class RequestCountTests(Azurite azurite)
{
    private static readonly Dictionary<string, string?> Direct = new()
    {
        ["Metering:Turns"] = "WhenContended",
        ["Metering:TestClock"] = "false",
    };

    [Fact]
    public async Task A_consume_on_a_known_license_is_one_request_and_a_check_one()
    {
        var storage = new CountingStorage();
        await using var app = new App(azurite, Direct, storage);
        await OpenAsync(app, "lic_1", limit: 10);

        Assert.Equal(1, await storage.CountAsync(async () => await ConsumeAsync(app, 3, "a")));
        Assert.Equal(1, await storage.CountAsync(async () => await app.Meters.ReadAsync("lic_1", default)));
    }

    [Fact]
    public async Task A_refusal_is_two_reads_and_so_is_a_repeat()
    {
        var storage = new CountingStorage();
        await using var app = new App(azurite, Direct, storage);
        await OpenAsync(app, "lic_1", limit: 10);
        await ConsumeAsync(app, 10, "a");

        Assert.Equal(2, await storage.CountAsync(async () =>
            Assert.IsType<Refusal>((await ConsumeAsync(app, 1, "b")).Answer)));

        // One that would be refused by now is looked up as a refusal is.
        Assert.Equal(2, await storage.CountAsync(async () =>
            Assert.Equal(ApplyStatus.Replayed, (await ConsumeAsync(app, 10, "a")).Status)));
    }

    [Fact]
    public async Task Five_hundred_events_of_fifty_licenses_take_a_quarter_of_a_request_each_at_most()
    {
        var storage = new CountingStorage();
        await using var app = new App(azurite, Direct, storage);
        for (var i = 0; i < 50; i++)
        {
            await OpenAsync(app, $"lic_{i}", limit: 1000);
        }

        // An instance that has just begun knows none of them.
        var other = new CountingStorage();
        await using var begun = new App(azurite, Direct, other, app.Prefix);
        await begun.Meters.ReadAsync("lic_0", default);
        var requests = await other.CountAsync(() => HubMessages.BringAsync(
            begun, Enumerable.Range(0, 500).Select(i => HubMessages.Plain(i, $"lic_{i % 50}"))));

        Assert.InRange(requests, 50, 125);
        Assert.Equal(10, await app.UsedAsync("lic_7"));
    }

    [Fact]
    public async Task A_list_of_fifty_licenses_takes_one_query_also_after_they_were_changed()
    {
        var storage = new CountingStorage();
        await using var app = new App(azurite, Direct, storage);
        for (var i = 0; i < 50; i++)
        {
            await OpenAsync(app, $"lic_{i:D2}", limit: 10);
            await app.Get<ILicenseDirectory>().AddAsync(
                new LicenseRecord { Id = $"lic_{i:D2}", TenantId = "tenant_1", KeyHash = $"{i}", CreatedAt = App.Start }, default);
        }

        // An intent and two announcements before the commit; two rows are read and written after it.
        Assert.Equal(8, await storage.CountAsync(async () =>
            await app.Meters.ApplyAsync("lic_07", new ChangeLicense { Suspended = true }, null, default)));

        foreach (var tenant in new[] { null, "tenant_1" })
        {
            Assert.Equal(1, await storage.CountAsync(async () => Assert.Equal(
                Enumerable.Range(0, 50).Select(i => i == 7),
                (await app.Get<ILicenseDirectory>().ListAsync(tenant, null, 50, default)).Items.Select(one => one.Standing!.Suspended))));
        }
    }

    private static async Task OpenAsync(App app, string id, decimal limit) =>
        await app.Meters.ApplyAsync(id, Commands.Open(id, limit), null, default);

    private static ValueTask<ApplyResult> ConsumeAsync(App app, decimal amount, string key) =>
        app.Meters.ApplyAsync("lic_1", Commands.Consume(amount), Commands.Key(key), default);

    private sealed class CountingStorage() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _requests;

        public async Task<int> CountAsync(Func<Task> work)
        {
            var before = Volatile.Read(ref _requests);
            await work();
            return Volatile.Read(ref _requests) - before;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
