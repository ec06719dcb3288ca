using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Storage;

[Collection(StorageCollection.Name)]
public sealed class SmallStoresTests(Azurite azurite)
{
    [Fact]
    public async Task The_first_answer_to_a_key_stays_until_its_memory_is_over()
    {
        await using var app = new App(azurite, new() { ["Metering:IdempotencyDays"] = "2" });
        var memory = app.Get<IRequestMemory>();
        await app.SetTimeAsync(App.Start);
        var body = new string('ü', 100_000);
        await memory.RememberAsync("key/#?", new RememberedRequest("h1", 201, body), default);
        await memory.RememberAsync("key/#?", new RememberedRequest("h2", 200, "second"), default);

        Assert.Equal(new RememberedRequest("h1", 201, body), await memory.FindAsync("key/#?", default));
        Assert.Null(await memory.FindAsync("key", default));

        await app.SetTimeAsync(App.Start.AddDays(2));
        Assert.Null(await memory.FindAsync("key/#?", default));
        await memory.RememberAsync("key/#?", new RememberedRequest("h3", 200, "third"), default);
        Assert.Equal("third", (await memory.FindAsync("key/#?", default))!.Body);
    }

    [Fact]
    public async Task Dead_letters_are_listed_oldest_first_and_kept_once()
    {
        await using var app = new App(azurite);
        var letters = app.Get<IDeadLetters>();
        var all = Enumerable.Range(0, 7).Select(i => new DeadLetter($"dl_{i:D4}", App.Start.AddSeconds(i), "invalid_request", "detail", new string('x', i * 20_000))).ToArray();
        await letters.AddAsync([.. all.Reverse()], default);
        await letters.AddAsync([all[3] with { Detail = "again" }], default);

        var first = await letters.ListAsync(null, 4, default);
        var second = await letters.ListAsync(first.NextCursor, 4, default);

        Assert.Equal(all, first.Items.Concat(second.Items));
        Assert.Null(second.NextCursor);
        await letters.RemoveAsync("dl_0000", default);
        await letters.RemoveAsync("dl_0000", default);
        Assert.Null(await letters.FindAsync("dl_0000", default));
        await Assert.ThrowsAsync<FormatException>(async () => await letters.ListAsync("nonsense", 4, default));
    }

    [Fact]
    public async Task The_test_clock_is_one_for_all_instances_and_stands_still()
    {
        await using var app = new App(azurite);
        await using var other = new App(azurite, prefix: app.Prefix);
        await app.SetTimeAsync(App.Start);

        Assert.Equal(App.Start, await other.Get<HostClock>().ReadAsync(default));
        Assert.Equal(App.Start, other.Get<IMeterClock>().UtcNow);
        await other.SetTimeAsync(App.Start.AddDays(-1));
        Assert.Equal(App.Start.AddDays(-1), await app.Get<HostClock>().ReadAsync(default));
    }

    [Fact]
    public async Task A_clock_that_is_no_test_clock_cannot_be_set()
    {
        await using var app = new App(azurite, new() { ["Metering:TestClock"] = "false" });

        Assert.False(app.Get<IMeterClock>().IsTestClock);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await app.SetTimeAsync(App.Start));
    }

    [Fact]
    public async Task Instances_sign_leases_with_one_key()
    {
        await using var app = new App(azurite);
        await using var other = new App(azurite, prefix: app.Prefix);

        var keys = await Task.WhenAll(app.Get<ILeaseKeys>().ReadAsync(default).AsTask(), other.Get<ILeaseKeys>().ReadAsync(default).AsTask());

        Assert.Equal(keys[0][0].Id, keys[1][0].Id);
    }

    [Fact]
    public async Task A_configured_lease_key_is_used_in_base64_and_in_pem()
    {
        var key = LeaseKey.Generate();
        var pem = System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", key.ToPkcs8());
        foreach (var text in (string[])[Convert.ToBase64String(key.ToPkcs8()), pem])
        {
            await using var app = new App(azurite, new() { ["Metering:LeaseSigningKey"] = text });
            Assert.Equal(key.Id, (await app.Get<ILeaseKeys>().ReadAsync(default))[0].Id);
        }
    }

    [Fact]
    public async Task Tokens_are_known_by_their_hashes()
    {
        await using var app = new App(azurite, new()
        {
            ["Metering:BootstrapToken"] = "secret",
            ["Metering:Tokens:0:Name"] = "producer",
            ["Metering:Tokens:0:Sha256"] = TableKeys.Hash("other").ToUpperInvariant(),
            ["Metering:Tokens:0:Scopes"] = "ingest, read",
        });
        var tokens = app.Get<ITokens>();

        Assert.Equal(["ingest", "read", "manage"], (await tokens.FindAsync(TableKeys.Hash("secret"), default))!.Scopes);
        Assert.Equal(["ingest", "read"], (await tokens.FindAsync(TableKeys.Hash("other"), default))!.Scopes);
        Assert.Null(await tokens.FindAsync(TableKeys.Hash(""), default));
    }

    [Fact]
    public async Task Ready_says_when_the_storage_is_not_there()
    {
        await using var app = new App(azurite);
        Assert.Null(await app.Get<IReadiness>().ProblemAsync(default));

        var storage = new FailingStorage { Failures = 1000 };
        await using var broken = new App(azurite, storage: storage, prefix: app.Prefix);
        Assert.NotNull(await broken.Get<IReadiness>().ProblemAsync(default));
    }

    [Theory]
    [InlineData(System.Net.HttpStatusCode.TooManyRequests)]
    [InlineData(System.Net.HttpStatusCode.ServiceUnavailable)]
    public async Task Throttling_is_retried_and_then_told(System.Net.HttpStatusCode status)
    {
        var storage = new FailingStorage { Status = status };
        await using var app = new App(azurite, storage: storage);
        await app.Tables.MakeAsync();

        storage.Failures = 2;
        Assert.Null(await app.Get<ILicenseDirectory>().FindAsync("lic_a", default));
        storage.Failures = 1000;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await app.Get<ILicenseDirectory>().FindAsync("lic_a", default));
        storage.Failures = 0;
        Assert.Null(await app.Get<ILicenseDirectory>().FindAsync("lic_a", default));
    }
}
