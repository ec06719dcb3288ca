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
    private readonly SharedTerms _terms;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;

    // Of this engine, and ended with it. The counters of EngineMetrics are the process's.
    private readonly Meter _meter = new(EngineMetrics.Name);
    private Task _keepingFilter = Task.CompletedTask;
    private Task? _closing;

    private MeterEngine(ServerOptions options, IMeterClock clock, DataDirectory directory, OpenedFiles files, ILogger logger)
    {
        Options = options;
        Rules = options.ToRules();
        _directory = directory;
        _logger = logger;
        _terms = files.Terms;
        Store = new StoreWriter(files.Store, directory.StoreFile, logger);
        Readers = new StoreReaders(directory.StoreFile);
        Filter = new IdentityFilter(options.MaxFilterMebibytes, options.MinFilterKibibytes);
        WriteOut = new WriteOut(Store, Filter, clock, options, logger);
        Journal = new JournalWriter(files.Journal, files.LastJournalId, WriteOut, directory.Path, logger);
        var parts = new EngineParts
        {
            StoreFile = directory.StoreFile,
            WriteOut = WriteOut,
            Journal = Journal,
            Terms = _terms,
            Filter = Filter,
            Clock = clock,
            Logger = logger,
            LastLicenseKey = files.LastLicenseKey,
        };
        Shards = [.. Enumerable.Range(0, options.Shards).Select(number => new Shard(number, options, parts))];
        WriteOut.Connect(Journal, Shards);
        _meter.CreateObservableGauge(
            "metering.queue.length", () => Shards.Sum(shard => shard.QueueLength), "{command}", "Commands that wait.");
        _meter.CreateObservableGauge("metering.licenses.cached", () => CachedLicenses, "{license}", "Licenses in memory.");
        _meter.CreateObservableGauge(
            "metering.pending", () => WriteOut.Pending, "{command}", "Durable commands that wait to be written out.");
    }

    /// <summary>How it is sized.</summary>
    public ServerOptions Options { get; }

    /// <summary>What the operator has set of the domain's rules.</summary>
    public MeterRules Rules { get; }

    /// <summary>How many licenses are in memory.</summary>
    public int CachedLicenses => Shards.Sum(shard => shard.CellCount);

    /// <summary>The thread that writes the store, for everything that is not a license's state.</summary>
    internal StoreWriter Store { get; }

    internal WriteOut WriteOut { get; }

    internal JournalWriter Journal { get; }

    internal Shard[] Shards { get; }

    /// <summary>What tells new keys from old ones.</summary>
    internal IdentityFilter Filter { get; }

    /// <summary>For how long after the start the clock is on trial; zero: it is not (<see cref="ClockAtStart"/>).</summary>
    internal TimeSpan ClockTrial { get; private set; }

    /// <summary>Connections that read the store.</summary>
    internal StoreReaders Readers { get; }

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
        var engine = Prepare(directory, options, clock, logger);
        engine.Start();
        return engine;
    }

    /// <summary>The same, without starting its threads: a simulation takes their turns itself, in an order that a seed gives.</summary>
    internal static MeterEngine Prepare(DataDirectory directory, ServerOptions options, IMeterClock clock, ILogger? logger = null)
    {
        var log = logger ?? NullLogger.Instance;
        try
        {
            var files = OpenedFiles.Open(directory, options, log);
            try
            {
                // Before anything counts: a license keeps the latest time that it has seen, be it wrong (rule 2).
                ClockAtStart.Check(clock, files.LastSeen, options.ConfirmedTime);
                var trial = ClockAtStart.Begin(files.Store, clock, files.LastSeen, options.ConfirmedTime);
                files.Store.InTransaction(store => Marks.WriteKeyMemory(store, options.ToRules().IdempotencyMemory, clock.UtcNow));
                var engine = new MeterEngine(options, clock, directory, files, log) { ClockTrial = trial };
                log.EngineOpened(directory.Path, files.LastLicenseKey, options.Shards);
                return engine;
            }
            catch
            {
                files.Close();
                throw;
            }
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
            await Readers.ReadAsync(
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
        if (Journal.Fault is null)
        {
            return ValueTask.FromResult<string?>(WriteOut.Fault);
        }

        // Nobody may be counting, so asking is what finds out that it works again.
        Journal.Probe();
        return ValueTask.FromResult<string?>(Journal.Fault);
    }

    /// <summary>Waits until the store's tables have everything that was acknowledged.</summary>
    public Task FlushAsync() => WriteOut.FlushAsync();

    /// <summary>Finishes what waits, makes it durable, writes it out, closes the files and gives the directory back.</summary>
    // Closing blocks, on threads that end and on the disk.
    public ValueTask DisposeAsync() => new(_closing ??= Task.Run(CloseAsync));

    /// <summary>The same on the caller's thread, and once.</summary>
    internal async Task CloseAsync()
    {
        // In the order in which a command passes them: shards end with every batch answered, then all is written out, then the journal
        // deletes what the store has.
        await _stopping.CancelAsync();
        await _keepingFilter;
        Array.ForEach(Shards, shard => shard.Dispose());
        await WriteOut.DisposeAsync();
        Journal.Dispose();
        Readers.Dispose();
        Store.Dispose();
        _meter.Dispose();
        _stopping.Dispose();
        _directory.Dispose();
        _logger.LogEnd(WriteOut.Pending);
    }

    private void Start()
    {
        Journal.Start();
        Store.Start();
        WriteOut.Start();

        // After these: from the first command on, the journal and the writing out must be there.
        foreach (var shard in Shards)
        {
            shard.Start();
        }

        _keepingFilter = Task.Run(KeepFilterAsync);
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
            if (Filter.IsDue)
            {
                await Filter.LearnAsync(Store, Readers, stopping);
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
        return await Readers.LookUpAsync(store => LicenseStates.Find(store, licenseId, _terms)?.State, cancellationToken);
    }

    // The hash is another in each process, which does no harm: no file says which shard a license belongs to. Of the lowest number Math.Abs
    // would throw, and the cast does not.
    private Shard ShardOf(string licenseId) =>
        Shards.Length == 1 ? Shards[0] : Shards[(uint)string.GetHashCode(licenseId, StringComparison.Ordinal) % (uint)Shards.Length];
}
