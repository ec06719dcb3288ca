namespace Metering.Contracts;

/// <summary>
/// What a port promises in its docs, as tests. A host's tests inherit one of these for each port, so that what one host does differently
/// from the other fails on one of them.
/// </summary>
/// <typeparam name="T">The port.</typeparam>
/// <param name="start">Starts a host with storage of its own.</param>
public abstract class PortContract<T>(Func<ValueTask<PortsHost>> start) : IAsyncLifetime
    where T : class
{
    /// <summary>When the tests begin.</summary>
    protected static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Nothing is cancelled.</summary>
    protected static readonly CancellationToken None = CancellationToken.None;

    private readonly List<PortsHost> _others = [];

    /// <summary>The host.</summary>
    protected PortsHost Host { get; private set; } = null!;

    /// <summary>The port.</summary>
    protected T Port => Host.Get<T>();

    /// <summary>The port of a host that was started again.</summary>
    protected async ValueTask<T> RestartAsync()
    {
        await Host.RestartAsync();
        return Port;
    }

    /// <summary>The port of this instance and of another one beside it: two writers of one storage.</summary>
    protected async ValueTask<T[]> InstancesAsync()
    {
        var other = await Host.AnotherAsync();
        _others.Add(other);
        return [Port, other.Get<T>()];
    }

    /// <summary>Checks what holds now, and after a restart.</summary>
    protected async Task NowAndAfterRestartAsync(Func<T, Task> check)
    {
        await check(Port);
        await check(await RestartAsync());
    }

    /// <summary>Reads a list part by part to its end.</summary>
    /// <param name="limit">Most items of a part.</param>
    /// <param name="part">Reads a part.</param>
    protected static async Task<List<TItem>> AllAsync<TItem>(int limit, Func<string?, ValueTask<Page<TItem>>> part)
    {
        var all = new List<TItem>();
        string? cursor = null;
        do
        {
            var page = await part(cursor);

            // A part may be short, but only the last may be without a cursor, and none is empty that has one.
            Assert.InRange(page.Items.Count, page.NextCursor is null ? 0 : 1, limit);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>Calls that start together.</summary>
    protected static Task<TResult[]> TogetherAsync<TResult>(int count, Func<int, ValueTask<TResult>> call) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => call(i).AsTask())));

    /// <inheritdoc/>
    public async Task InitializeAsync() => Host = await start();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var other in _others.Where(other => other != Host))
        {
            await other.DisposeAsync();
        }

        await Host.DisposeAsync();
    }
}
