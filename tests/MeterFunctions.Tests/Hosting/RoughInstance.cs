using MeterFunctions.Entities;
using MeterFunctions.Orchestrations;
using MeterFunctions.Webhooks;
using Metering;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Hosting;

/// <summary>One of several instances of the app on the same tables and the same task hub, with faults on its way to the storage.</summary>
internal sealed class RoughInstance : IAsyncDisposable
{
    private readonly App _app;

    public RoughInstance(Azurite azurite, RoughTaskHub hub, string prefix, int seed, string turns)
    {
        Storage = new FaultyStorage(seed);
        _app = new App(
            azurite,
            new() { ["Metering:Turns"] = turns, ["Metering:AnswerWaitMilliseconds"] = "3000" },
            Storage,
            prefix,
            new InstanceHub(hub, this));
        (Counter, Delivery) = (new LicenseCounter(_app.Services), new SignalDelivery(_app.Services));
        hub.Add(this);
    }

    /// <summary>Its way to the storage.</summary>
    public FaultyStorage Storage { get; }

    public App App => _app;

    public LicenseCounter Counter { get; }

    public SignalDelivery Delivery { get; }

    /// <summary>Whether it has died: nothing that it does leaves it any more.</summary>
    public bool IsDead => Storage.IsDead;

    public ILicenseMeters Meters => _app.Get<ILicenseMeters>();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // The hub as this instance reaches it.
    private sealed class InstanceHub(RoughTaskHub hub, RoughInstance instance) : EntityTaskHub
    {
        public override Task SignalAsync(EntityInstanceId id, string operation, string input) =>
            instance.IsDead ? Task.CompletedTask : hub.SignalAsync(id, operation, input);

        public override string? StateOf(EntityInstanceId id) => hub.StateOf(id);
    }
}
