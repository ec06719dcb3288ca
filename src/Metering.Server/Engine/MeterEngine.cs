using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Metering.Server.Clock;
using Metering.Server.Loops;
using Metering.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Engine;

/// <summary>
/// The single-process host: states in memory, commands applied by a few loops, many licenses' work committed together, and
/// answers that leave after the commit (rule 9).
/// </summary>
public sealed class MeterEngine : ILicenseMeters, IReadiness, IAsyncDisposable
{
    private static readonly TimeSpan FilterLook = TimeSpan.FromSeconds(10);

    private readonly DataDirectory _directory;
    private readonly StoreWriter _store;
    private readonly StoreReaders _readers;
    private readonly WriteOut _writeOut;
    private readonly JournalWriter _journal;
    private readonly Shard[] _shards;
    private readonly SharedTerms _terms;
    private readonly IdentityFilter _filter;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _keepingFilter;
    private readonly ILogger _logger;

    // Of this engine, and ended with it. The counters of EngineMetrics are the process's.
    private readonly Meter _meter = new(EngineMetrics.Name);
    private bool _disposed;

    private MeterEngine(ServerOptions options, IMeterClock clock, DataDirectory directory, OpenedFiles files, ILogger logger)
    {
        Options = options;
        Rules = options.ToRules();
        _directory = directory;
        _logger = logger;
        _terms = files.Terms;
        _store = new StoreWriter(files.Store, directory.StoreFile, logger);
        _readers = new StoreReaders(directory.StoreFile);
        _filter = new IdentityFilter(options.MaxFilterMebibytes);
        _writeOut = new WriteOut(_store, _filter, clock, options, logger);
        _journal = new JournalWriter(files.Journal, files.LastJournalId, _writeOut, directory.Path, logger);
        var parts = new EngineParts
        {
            StoreFile = directory.StoreFile,
            WriteOut = _writeOut,
            Journal = _journal,
            Terms = _terms,
            Filter = _filter,
            Clock = clock,
            Logger = logger,
            LastLicenseKey = files.LastLicenseKey,
        };
        _shards = [.. Enumerable.Range(0, options.Shards).Select(number => new Shard(number, options, parts))];
        _writeOut.Start(_journal, _shards);

        // Last: from the first command on, the journal and the writing out must be there.
        foreach (var shard in _shards)
        {
            shard.Start();
        }

        _keepingFilter = Task.Run(KeepFilterAsync);
        _meter.CreateObservableGauge(
            "metering.queue.length", () => _shards.Sum(shard => shard.QueueLength), "{command}", "Commands that wait.");
        _meter.CreateObservableGauge("metering.licenses.cached", () => CachedLicenses, "{license}", "Licenses in memory.");
        _meter.CreateObservableGauge(
            "metering.pending", () => _writeOut.Pending, "{command}", "Durable commands that wait to be written out.");
    }

    /// <summary>How it is sized.</summary>
    public ServerOptions Options { get; }

    /// <summary>What the operator has set of the domain's rules.</summary>
    public MeterRules Rules { get; }

    /// <summary>How many licenses are in memory.</summary>
    public int CachedLicenses => _shards.Sum(shard => shard.CellCount);

    /// <summary>The thread that writes the store, for everything that is not a license's state.</summary>
    internal StoreWriter Store => _store;

    /// <summary>What tells new keys from old ones.</summary>
    internal IdentityFilter Filter => _filter;

    /// <summary>Connections that read the store.</summary>
    internal StoreReaders Readers => _readers;

    /// <summary>Opens a data directory, replays what the journal holds, and starts working.</summary>
    /// <param name="options">Sizes and where the data is.</param>
    /// <param name="clock">The clock by which commands are applied.</param>
    /// <param name="logger">Where to log; null: nowhere.</param>
    /// <exception cref="DataDirectoryException">The directory is in use, cannot be written, or its files do not agree.</exception>
    public static Task<MeterEngine> OpenAsync(ServerOptions options, IMeterClock clock, ILogger? logger = null) =>
        // Opening blocks, on locks and on the replay of the journal.
        Task.Run(() => Open(DataDirectory.Take(options.Data), options, clock, logger));

    /// <summary>Opens a data directory that was taken already; the engine gives it back.</summary>
    internal static MeterEngine Open(DataDirectory directory, ServerOptions options, IMeterClock clock, ILogger? logger = null)
    {
        var log = logger ?? NullLogger.Instance;
        try
        {
            var files = OpenedFiles.Open(directory, options, log);
            try
            {
                // Before anything counts: a license keeps the latest time that it has seen, be it wrong (rule 2).
                ClockAtStart.Check(clock, files.LastSeen, options.ConfirmedTime);
                files.Store.InTransaction(store => Marks.WriteSeen(store, clock.UtcNow));
            }
            catch
            {
                files.Close();
                throw;
            }

            var engine = new MeterEngine(options, clock, directory, files, log);
            log.EngineOpened(directory.Path, files.LastLicenseKey, options.Shards);
            return engine;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ApplyResult> ApplyAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        // This is the hot path: who traces nothing pays for no asynchronous method.
        if (EngineMetrics.Source.HasListeners())
        {
            return ApplyTracedAsync(licenseId, command, once, cancellationToken);
        }

        return SendAsync(licenseId, command, once, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken)
    {
        ILicenseMeters.Check(commands);
        if (commands.IsEmpty)
        {
            return [];
        }

        using var activity = EngineMetrics.Source.StartActivity("metering.apply_list");
        activity?.SetTag("metering.license", licenseId).SetTag("metering.commands", commands.Length);
        var list = new CommandList(licenseId, commands);
        return ShardOf(licenseId).TryPost(list.Commands)
            ? await list.WaitAsync(cancellationToken)
            : [.. Enumerable.Repeat(ApplyResult.Busy, commands.Length)];
    }

    /// <inheritdoc/>
    public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        var shard = ShardOf(licenseId);

        // What is committed needs no turn of the shard, so reads don't wait behind commands.
        return shard.FindCommitted(licenseId) is { } state
            ? new ValueTask<LicenseState?>(state)
            : LoadAsync(shard, licenseId, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LicenseState?>> ReadManyAsync(
        IReadOnlyList<string> licenseIds, CancellationToken cancellationToken)
    {
        // Not by way of the shards: a look over a million licenses would take the place of those that are in use.
        LicenseState?[] states = [.. licenseIds.Select(id => ShardOf(id).PeekCommitted(id))];
        if (Array.IndexOf(states, null) >= 0)
        {
            await _readers.ReadAsync(
                store =>
                {
                    for (var i = 0; i < states.Length; i++)
                    {
                        // What is not in memory is in the store whole: a license leaves memory only when it is written out.
                        states[i] ??= LicenseStates.Find(store, licenseIds[i], _terms)?.State;
                    }

                    return true;
                },
                cancellationToken);
        }

        return states;
    }

    /// <inheritdoc/>
    public ValueTask<string?> WhyNotReadyAsync(CancellationToken cancellationToken)
    {
        if (_journal.Fault is null)
        {
            return ValueTask.FromResult<string?>(_writeOut.Fault);
        }

        // Nobody may be counting, so asking is what finds out that it works again.
        _journal.Probe();
        return ValueTask.FromResult<string?>(_journal.Fault);
    }

    /// <summary>Waits until the store's tables have everything that was acknowledged.</summary>
    public Task FlushAsync() => _writeOut.FlushAsync();

    /// <summary>Finishes what waits, makes it durable, writes it out, closes the files and gives the directory back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;

        // In the order in which a command passes them: shards end with every batch answered, then all is written out, then the journal
        // deletes what the store has.
        await _stopping.CancelAsync();
        await _keepingFilter;
        await Task.Run(() => Array.ForEach(_shards, shard => shard.Dispose()));
        await _writeOut.DisposeAsync();
        await Task.Run(_journal.Dispose);
        _readers.Dispose();
        await Task.Run(_store.Dispose);
        _meter.Dispose();
        _stopping.Dispose();
        _directory.Dispose();
        _logger.EngineClosed();
    }

    private ValueTask<ApplyResult> SendAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        var pending = new SingleCommand(licenseId, command, once);
        return ShardOf(licenseId).TryPost(pending) ? pending.Wait(cancellationToken) : ValueTask.FromResult(ApplyResult.Busy);
    }

    private async ValueTask<ApplyResult> ApplyTracedAsync(
        string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        using var activity = EngineMetrics.Source.StartActivity("metering.apply");
        activity?.SetTag("metering.license", licenseId).SetTag("metering.command", command.GetType().Name);
        var result = await SendAsync(licenseId, command, once, cancellationToken);
        activity?.SetTag("metering.result", EngineMetrics.ResultOf(result));
        return result;
    }

    // It does not count for readiness: without the filter every look-up asks the store, slower and no less right.
    private Task KeepFilterAsync() => new SurvivingLoop(new LoopStatus("The filter of known keys"), TimeProvider.System, _logger).RunAsync(
        async stopping =>
        {
            if (_filter.IsDue)
            {
                await _filter.LearnAsync(_store, _readers, stopping);
            }

            return FilterLook;
        },
        Task.Delay,
        _stopping.Token);

    private async ValueTask<LicenseState?> LoadAsync(Shard shard, string licenseId, CancellationToken cancellationToken)
    {
        var load = new LoadRequest(licenseId);
        if (shard.TryPost(load))
        {
            return await load.Loaded.WaitAsync(cancellationToken);
        }

        // The shard is busy; what it does not have in memory, the store has.
        return await _readers.ReadAsync(store => LicenseStates.Find(store, licenseId, _terms)?.State, cancellationToken);
    }

    // The hash is another in each process, which does no harm: no file says which shard a license belongs to. Of the lowest number Math.Abs
    // would throw, and the cast does not.
    private Shard ShardOf(string licenseId) =>
        _shards.Length == 1 ? _shards[0] : _shards[(uint)string.GetHashCode(licenseId, StringComparison.Ordinal) % (uint)_shards.Length];
}
