using System.Collections.Immutable;
using Azure.Messaging.EventHubs;
using MeterFunctions.Evidence;
using MeterFunctions.Ingest;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Ingest;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Metering.Contracts;
using Metering.Contracts.Histories;

namespace MeterFunctions.Tests.Licenses;

/// <summary>
/// One license with many writers, while everything goes wrong that may: two instances that bring commands to its entity, two that commit by
/// themselves of which one dies and is replaced, and batches of a hub; on a storage and a task hub with faults.
/// </summary>
internal sealed class FaultMix : IAsyncDisposable
{
    public const string License = "lic_mix";

    private const int StorageFaultOneIn = 12;
    private const int Batches = 6;
    private const int BatchEvents = 12;
    private const int MaxDeaths = 3;

    private readonly int _seed;
    private readonly Random _random;
    private readonly Azurite _azurite;
    private readonly App _calm;
    private readonly RoughTaskHub _hub;
    private readonly RoughInstance[] _entity;
    private readonly RoughInstance _direct;
    private readonly RoughInstance _batches;
    private readonly List<RoughInstance> _dead = [];
    private readonly HistoryRecorder _recorder = new(License, App.Start);
    private volatile RoughInstance _mortal;
    private int _instances;

    public FaultMix(Azurite azurite, int seed)
    {
        (_azurite, _seed, _random) = (azurite, seed, new Random(seed));
        _calm = new App(azurite);
        _hub = new RoughTaskHub(seed);
        _entity = [Instance("Entity"), Instance("Entity")];
        _direct = Instance("WhenContended");
        _batches = Instance("Entity");
        _mortal = Instance("WhenContended");
    }

    private IEnumerable<RoughInstance> Instances => [.. _entity, _direct, _batches, _mortal, .. _dead];

    /// <summary>Runs the mix, and then expects that nothing was lost and nothing came twice.</summary>
    public async Task RunAsync()
    {
        await OpenAsync();
        Array.ForEach(Instances.ToArray(), instance => instance.Storage.OneIn = StorageFaultOneIn);
        Die(_mortal);
        ILicenseMeters[] meters = [.. _entity.Append(_direct).Select(instance => instance.Meters), new Replaced(this)];
        await Task.WhenAll(
            new HistoryPlay(_seed) { Turns = 15 }.RunAsync(_recorder, _calm.Get<HostClock>(), meters),
            BringBatchesAsync());

        // From here on nothing goes wrong any more; what is under way ends.
        Array.ForEach(Instances.ToArray(), instance => instance.Storage.OneIn = 0);
        _hub.IsCalm = true;
        await Task.WhenAll(Instances.Select(instance => instance.Storage.SettleAsync()));
        await SweepAsync();
        await CheckAsync();
    }

    /// <summary>
    /// Runs one command that tells something, on an instance that dies after a request, and expects that whatever counted is told.
    /// </summary>
    /// <param name="path">What the path of the last request contains.</param>
    /// <returns>How many signals were delivered.</returns>
    public async Task<int> DieAfterAsync(string path)
    {
        _hub.IsCalm = true;
        await OpenAsync();
        await _recorder.ApplyAsync(_mortal.Meters, Consume(1));
        _mortal.Storage.DiesAfter = request => request.RequestUri!.AbsolutePath.Contains(path, StringComparison.Ordinal);

        // Beyond the limit of 15, which suspends use: that is told.
        Assert.Null(await _recorder.ApplyAsync(_mortal.Meters, Consume(20), Once.ByKey("k", "body")));
        Assert.True(_mortal.IsDead);
        await SweepAsync();
        return await CheckAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in Instances)
        {
            await instance.DisposeAsync();
        }

        await _calm.DisposeAsync();
    }

    private RoughInstance Instance(string turns) =>
        new(_azurite, _hub, _calm.Prefix, (_seed * 100) + Interlocked.Increment(ref _instances), turns);

    private async Task OpenAsync()
    {
        await _calm.SetTimeAsync(App.Start);
        await _recorder.ApplyAsync(_direct.Meters, HistoryPlay.Open(License));
        await _calm.Get<ILicenseDirectory>().AddAsync(
            new LicenseRecord { Id = License, TenantId = "tenant_1", KeyHash = "hash", CreatedAt = App.Start }, default);
        await _calm.Get<IWebhooks>().AddAsync(
            new Webhook
            {
                Id = "whk_1",
                Url = "http://127.0.0.1:1/",
                Secrets = [new WebhookSecret("secret", null)],
                CreatedAt = App.Start,
            },
            default);
    }

    // Between an intent and its commit, right after a commit, or anywhere.
    private void Die(RoughInstance instance)
    {
        instance.Storage.OneIn = StorageFaultOneIn;
        var random = new Random((_seed * 100) + _instances);
        var left = random.Next(2, 12);
        var at = random.Next(3);
        instance.Storage.DiesAfter = request =>
        {
            var path = request.RequestUri!.AbsolutePath;
            var counts = at switch
            {
                0 => path.Contains(TableKeys.Intents, StringComparison.Ordinal),
                1 => path.EndsWith("$batch", StringComparison.Ordinal),
                _ => true,
            };
            return counts && Interlocked.Decrement(ref left) == 0;
        };
    }

    // Batches of a partition come one after the other, and each until it went through.
    private async Task BringBatchesAsync()
    {
        for (var batch = 0; batch < Batches; batch++)
        {
            var events = Enumerable.Range(0, BatchEvents).Select(i => Event((batch * BatchEvents) + i)).ToArray();
            var commands = events.Select(one => one.Command).ToImmutableArray();
            await _recorder.BringAsync(commands, async () =>
            {
                while (!await TryBringAsync(events.Select(one => one.Message)))
                {
                }
            });

            // Once more, as after a checkpoint that was lost.
            await TryBringAsync(events.Select(one => one.Message));
        }
    }

    private async Task<bool> TryBringAsync(IEnumerable<EventData> messages)
    {
        try
        {
            await _batches.App.Get<HubIngest>().BringAsync([.. messages], HubMessages.Partition, default);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    // Some of them are told twice by whoever sends them, and some are known from another way.
    private (RequestedCommand Command, EventData Message) Event(int number)
    {
        var id = _random.Next(4) == 0 ? $"event-{_random.Next(12)}" : $"hub-{number}";
        var command = new RecordUse
        {
            FeatureCode = _random.Next(4) == 0 ? HistoryPlay.Jobs : HistoryPlay.Calls,
            EventId = id,
            OccurredAt = App.Start,
        };
        var message = HubMessages.Message(
            number,
            $$"""{"metric":"{{command.FeatureCode}}","license_id":"{{License}}","event_id":"{{id}}","occurred_at":"{{App.Start:yyyy-MM-ddTHH:mm:ssZ}}"}""");
        return (new RequestedCommand(command, Once.ByEvent(id)), message);
    }

    // What the sweep does: whatever an intent names is delivered.
    private static Consume Consume(decimal amount) => new() { FeatureCode = HistoryPlay.Jobs, Given = amount };

    private async Task SweepAsync()
    {
        await _hub.DrainAsync();
        var intents = await _calm.Tables.QueryAsync(TableKeys.Intents, "", 100, default);
        foreach (var intent in intents)
        {
            await _hub.SignalAsync(SignalDelivery.OfKey(intent.RowKey), SignalDelivery.Deliver, "null");
        }

        await _hub.DrainAsync();
    }

    // What waits in the queue of the webhook, in the order in which it is to be sent.
    private async Task<List<Delivery>> DeliveriesAsync()
    {
        var deliveries = _calm.Get<TableDeliveries>();
        var queue = new QueueWork("whk_1", TableKeys.Text(License));
        var found = new List<Delivery>();
        while (await deliveries.FirstAsync(queue, default) is { } waiting)
        {
            found.Add(waiting.Delivery!);
            await deliveries.LeaveAsync(waiting, default);
        }

        return found;
    }

    // How many messages there were for the webhook.
    private async Task<int> CheckAsync()
    {
        await _recorder.ReadAsync(_calm.Get<ILicenseMeters>());
        var ledger = new List<LedgerEntry>();
        for (string? cursor = null; ;)
        {
            var page = await _calm.Get<ILedger>().EntriesAsync(License, new LedgerQuery(null, null, null, cursor, 1_000), default);
            ledger.AddRange(page.Items);
            if ((cursor = page.NextCursor) is null)
            {
                break;
            }
        }

        var signals = _recorder.Check(_seed, ledger);
        Assert.Equal("", string.Join("; ", await _calm.Get<TableVerification>().VerifyAsync(License, default)));
        var deliveries = await DeliveriesAsync();
        Assert.Equal(signals.Select(signal => signal.Id), deliveries.Select(delivery => delivery.MessageId));
        Assert.Empty((await _calm.Get<IDeadLetters>().ListAsync(DeadLetterKind.Any, null, 10, default)).Items);
        return deliveries.Count;
    }

    // The instance that dies, and then the next one in its place.
    private sealed class Replaced(FaultMix mix) : ILicenseMeters
    {
        public ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
            string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken) =>
            Living().ApplyAsync(licenseId, commands, cancellationToken);

        public ValueTask<ApplyResult> ApplyAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken) =>
            Living().ApplyAsync(licenseId, command, once, cancellationToken);

        public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken) =>
            Living().ReadAsync(licenseId, cancellationToken);

        private ILicenseMeters Living()
        {
            lock (mix._dead)
            {
                if (mix._mortal.IsDead && mix._dead.Count < MaxDeaths)
                {
                    mix._dead.Add(mix._mortal);
                    mix._mortal = mix.Instance("WhenContended");
                    mix.Die(mix._mortal);
                }

                return mix._mortal.IsDead ? mix._direct.Meters : mix._mortal.Meters;
            }
        }
    }
}
