using Metering.Api;
using Metering.Api.Tests.Webhooks;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Webhooks;

/// <summary>Signals that are read again although they were made into deliveries, as after <c>accept-files</c>.</summary>
[Rule(11)]
public sealed class RepeatedSignalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("webhooks").FullName;
    private readonly SettableTime _time = new();
    private readonly MemoryOutbox _signals = new() { KeepAll = true };

    private string File => Path.Combine(_directory, "webhooks.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_is_there_stays_as_it_is_and_the_next_signals_are_delivered()
    {
        // One license's delivery has ended, the other's waits for its next attempt with one behind it.
        await using var receiver = await Receiver.StartAsync(
            message => message.Id.StartsWith("lic_a", StringComparison.Ordinal) ? 204 : 500);
        IReadOnlyList<Delivery> before;
        using (var first = Start())
        {
            await first.Store.AddAsync(
                new Webhook { Id = "whk_0", Url = receiver.Url, Secrets = [new WebhookSecret(first.Secret(0), null)] },
                CancellationToken.None);
            _signals.Add("lic_a", 1);
            _signals.Add("lic_b", 1, 2);
            await first.PumpAsync();
            before = await DeliveriesAsync(first);
        }

        DataFolder.Execute(File, "UPDATE setting SET value = '0' WHERE name = 'outbox_position'");
        _signals.Add("lic_a", 2);
        using var second = Start();
        await second.PumpAsync();

        var after = await DeliveriesAsync(second);
        Assert.Equal("lic_a.2.0", after[0].MessageId);
        Assert.Equal(DeliveryStatus.Delivered, after[0].Status);
        Assert.Equal(before, after.Skip(1));
        Assert.Equal(3, before.Count);

        // What waited behind still waits for the one before it: each license's order stays.
        Assert.Equal(
            ["lic_a.1.0", "lic_a.2.0", "lic_b.1.0"], receiver.Messages.Select(message => message.Id).Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<Delivery>> DeliveriesAsync(DispatcherRun run) =>
        (await run.Store.DeliveriesAsync("whk_0", null, 100, CancellationToken.None)).Items;

    private DispatcherRun Start() => new(File, _signals, new WebhookOptions { AllowPrivateAddresses = true }, _time);
}
