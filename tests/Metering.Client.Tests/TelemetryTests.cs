using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Metering.Client.Tests.Leases;
using Meter = Metering.Client.Tests.Support.Meter;

namespace Metering.Client.Tests;

/// <summary>What an operator of the program that uses the client sees of it.</summary>
public sealed class TelemetryTests(Meter meter) : IClassFixture<Meter>, IAsyncLifetime
{
    private readonly LeaseBench _bench = new(meter);

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Every_call_about_use_is_a_span_and_a_count_with_its_outcome()
    {
        // Other tests call at the same time: those of this one have a parent that only it knows.
        using var parent = new Activity("test").Start();
        var spans = new ConcurrentQueue<string>();
        var counts = new ConcurrentQueue<string>();
        using var source = new ActivityListener
        {
            ShouldListenTo = from => from.Name == MeteringTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TraceId == parent.TraceId)
                {
                    spans.Enqueue($"{span.OperationName} {span.GetTagItem("metering.outcome")} {span.GetTagItem("metering.code")} {span.Status}");
                }
            },
        };
        ActivitySource.AddActivityListener(source);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "metering.client.calls")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (Activity.Current?.TraceId == parent.TraceId)
            {
                counts.Enqueue($"{value} " + string.Join(' ', tags.ToArray().Select(tag => tag.Value)));
            }
        });
        listener.Start();

        var client = _bench.Client();
        await client.ConsumeAsync("calls", 10);
        await client.ConsumeAsync("calls");
        await Assert.ThrowsAsync<MeteringProblemException>(() => client.ConsumeAsync("calls", -1));
        _bench.Wire.Cut = true;
        await Assert.ThrowsAsync<MeteringUnavailableException>(() => client.CheckAsync("calls"));

        Assert.Equal(
            [
                "metering.client.consume allowed  Unset",
                "metering.client.consume refused quota_exceeded Unset",
                "metering.client.consume problem invalid_request Error",
                "metering.client.check unavailable  Error",
            ],
            spans);
        Assert.Equal(
            ["1 consume calls allowed", "1 consume calls refused", "1 consume calls problem", "1 check calls unavailable"], counts);
    }
}
