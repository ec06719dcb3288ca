using Metering.Server.Engine;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Evidence;

/// <summary>The directory of a <see cref="MixedHistory"/>, made once; each test works on a copy.</summary>
public class MixedDirectory : IAsyncLifetime
{
    private EngineFixture? _fixture;

    public DataFolder Folder => _fixture!.Folder;

    public ServerOptions Options => _fixture!.Options;

    public async Task InitializeAsync()
    {
        _fixture = await EngineFixture.StartAsync(Change);
        await MixedHistory.PlayAsync(_fixture);
        await EndAsync(_fixture);
        await _fixture.Engine.DisposeAsync();
    }

    public async Task DisposeAsync() => await _fixture!.DisposeAsync();

    /// <summary>Corrupts a copy, and asserts that it is found.</summary>
    public void AssertFound(Corruption corruption)
    {
        using var folder = Folder.Copy();
        var license = corruption.License is { } query ? folder.Text(query) : "";
        Assert.NotEqual(0, DataFolder.Execute(folder.StoreFile, corruption.Sql));

        var found = EngineFixture.Verify(folder, Options);

        Assert.True(
            found.Split('\n').Any(line => corruption.Said.Append(license).All(said => line.Contains(said, StringComparison.Ordinal))),
            $"Expected a line with {string.Join(" … ", corruption.Said.Append(license))}. Said was: {found}");
    }

    /// <summary>What differs from the usual sizes.</summary>
    // So few that keys and runs are in both parts of their tables.
    protected virtual ServerOptions Change(ServerOptions options) => options with { MaxRecentRows = 14 };

    /// <summary>What happens after the history.</summary>
    protected virtual Task EndAsync(EngineFixture fixture) => Task.CompletedTask;
}
