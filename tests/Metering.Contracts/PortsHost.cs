namespace Metering.Contracts;

/// <summary>A host's ports, on storage of their own and with a test clock.</summary>
public abstract class PortsHost : IAsyncDisposable
{
    /// <summary>A port, as the host registers it.</summary>
    public abstract T Get<T>()
        where T : class;

    /// <summary>
    /// Ends the host and starts it again on its storage: what it said to be durable is there. The ports are new ones then.
    /// </summary>
    public abstract ValueTask RestartAsync();

    /// <summary>Another instance on the same storage, at the same time; this host itself where there can be one only.</summary>
    public abstract ValueTask<PortsHost> AnotherAsync();

    /// <summary>Sets the test clock.</summary>
    public ValueTask SetTimeAsync(DateTimeOffset now) => Get<IMeterClock>().SetAsync(now, CancellationToken.None);

    /// <summary>What the host's own proof finds to differ (rule 9); a host in memory has none. The host is at an end then.</summary>
    /// <param name="licenseIds">The licenses.</param>
    public virtual ValueTask<IReadOnlyList<string>> VerifyAsync(IReadOnlyList<string> licenseIds) =>
        ValueTask.FromResult<IReadOnlyList<string>>([]);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
