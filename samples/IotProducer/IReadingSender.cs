using Metering.Client;

namespace Samples.IotProducer;

/// <summary>A way to the meter.</summary>
internal interface IReadingSender : IAsyncDisposable
{
    /// <summary>How many readings have not arrived yet.</summary>
    long Waiting { get; }

    Task SendAsync(IReadOnlyList<UsageEvent> readings);

    /// <summary>Waits until all have arrived.</summary>
    Task FlushAsync();
}
