using Metering.Api;
using Metering.Server.Hosting;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Metering.Server.Tests.Hosting;

public sealed class KnownTokensTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_revoked_token_opens_nothing_from_then_on_and_after_a_restart()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await AddAsync(fixture, "manager", "manage");
        await AddAsync(fixture, "reader", "read");
        using var tokens = await LoadAsync(fixture);
        var reader = (await tokens.ListAsync(None)).Single(token => token.Name == "reader");
        Assert.Equal((TokenSource.Stored, "read"), (reader.Source, reader.Scopes.Single()));
        Assert.NotNull(await tokens.FindAsync(SecretHash.Of("reader").ToString(), None));

        Assert.Equal(TokenRevocation.Revoked, await tokens.RevokeAsync(reader.Id, None));

        Assert.Equal(TokenRevocation.NotFound, await tokens.RevokeAsync(reader.Id, None));
        Assert.Null(await tokens.FindAsync(SecretHash.Of("reader").ToString(), None));
        using var again = await LoadAsync(fixture);
        Assert.Equal(["manager"], (await again.ListAsync(None)).Select(token => token.Name));
    }

    [Fact]
    public async Task The_last_token_that_may_manage_stays_also_when_two_are_revoked_together()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await AddAsync(fixture, "one", "manage");
        await AddAsync(fixture, "two", "manage");
        await AddAsync(fixture, "reader", "read");
        using var tokens = await LoadAsync(fixture);
        var managers = (await tokens.ListAsync(None)).Where(token => token.Scopes.Contains("manage"));

        var revoked = await Task.WhenAll(managers.Select(token => Task.Run(() => tokens.RevokeAsync(token.Id, None).AsTask())));

        Assert.Equal([TokenRevocation.Revoked, TokenRevocation.LastManager], revoked.Order());
        Assert.Single(await tokens.ListAsync(None), token => token.Scopes.Contains("manage"));
    }

    [Fact]
    public async Task A_token_of_the_configuration_is_listed_as_such_and_stays()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await AddAsync(fixture, "ci", "manage");
        using var tokens =
            await LoadAsync(fixture, ("Metering:Tokens:ci:Sha256", SecretHash.Of("ci").ToString()), ("Metering:Tokens:ci:Scopes", "manage"),
            ("Metering:Tokens:other:Sha256", SecretHash.Of("other").ToString()), ("Metering:Tokens:other:Name", "ci"),
            ("Metering:Tokens:other:Scopes", "read"));

        // The store has the same token as the configuration; it would be back after the next start, so it is the configuration's.
        Assert.Equal(["configured:ci", "configured:ci:2"], (await tokens.ListAsync(None)).Select(token => token.Id));
        Assert.Equal(TokenRevocation.Configured, await tokens.RevokeAsync("configured:ci", None));
        Assert.NotNull(await tokens.FindAsync(SecretHash.Of("ci").ToString(), None));
    }

    [Fact]
    public async Task A_start_without_a_token_that_may_manage_makes_one_whatever_else_there_is()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await AddAsync(fixture, "reader", "read");

        // As an earlier version made them: it may manage a tenant, which nobody can.
        await fixture.Engine.Store.RunAsync(store => SqliteTokens.Add(
            store, SecretHash.Of("bound").ToString(), NewToken.Record("bound", ["manage"], "", DateTimeOffset.UnixEpoch)));
        (string, string?)[] settings =
        [
            ("Metering:Tokens:ci:Sha256", SecretHash.Of("ci").ToString()), ("Metering:Tokens:ci:Scopes", "ingest"),
        ];
        using var tokens = Make(fixture, settings);

        var shown = await tokens.LoadAsync(None);

        Assert.NotNull(shown);
        Assert.Equal(Scopes.All, (await tokens.FindAsync(SecretHash.Of(shown).ToString(), None))!.Scopes);

        // It is kept, so the next start shows none.
        using var again = await LoadAsync(fixture, settings);
        Assert.NotNull(await again.FindAsync(SecretHash.Of(shown).ToString(), None));
    }

    private static async Task<KnownTokens> LoadAsync(EngineFixture fixture, params (string Name, string? Value)[] settings)
    {
        var tokens = Make(fixture, settings);
        Assert.Null(await tokens.LoadAsync(None));
        return tokens;
    }

    private static KnownTokens Make(EngineFixture fixture, (string Name, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();
        return new KnownTokens(fixture.Engine, MeteringOptions.Read<ServerOptions>(configuration), TimeProvider.System);
    }

    private static Task<bool> AddAsync(EngineFixture fixture, string name, string scope) => fixture.Engine.Store.RunAsync(store =>
        SqliteTokens.Add(store, SecretHash.Of(name).ToString(), NewToken.Record(name, [scope], null, DateTimeOffset.UtcNow)));
}
