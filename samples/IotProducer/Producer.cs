using Metering.Client;

namespace Samples.IotProducer;

/// <summary>Sends the readings of a fleet, and shows how far it is.</summary>
internal static class Producer
{
    /// <returns>The exit code: 0, or 1 where events were not counted.</returns>
    public static async Task<int> RunAsync(ProducerOptions options, TextWriter output)
    {
        var all = options.Readings * options.Devices;
        var rejected = 0;
        var fleet = new Fleet(options.Devices, "gw" + Guid.CreateVersion7().ToString("N")[..12]);
        await using IReadingSender sender = options.EventHub is { } hub
            ? new HubSender(hub)
            : new HttpSender(options, reason =>
            {
                Interlocked.Increment(ref rejected);
                output.WriteLine($"\nnot counted: {reason.Code} {reason.Detail}");
            });
        for (var round = 1; round <= options.Readings; round++)
        {
            await sender.SendAsync(fleet.Read(round).ToList());
            await output.WriteAsync($"\r{round * options.Devices:N0} of {all:N0} readings, {sender.Waiting:N0} wait");
        }

        await sender.FlushAsync();
        await output.WriteLineAsync($"\r{all:N0} readings sent, {rejected} not counted.          ");
        return rejected == 0 ? 0 : 1;
    }
}
