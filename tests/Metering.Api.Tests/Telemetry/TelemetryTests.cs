using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Metering.Api.Tests.Memory;
using Microsoft.Extensions.Logging;

namespace Metering.Api.Tests.Telemetry;

/// <summary>What the API tells of itself to those who operate it.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_span_has_the_name_of_its_route_and_its_status()
    {
        await using var host = await MemoryHost.StartAsync();

        // The source is the whole process's, and other tests send requests at the same time: this one has a trace of its own.
        var (trace, ended) = (ActivityTraceId.CreateRandom(), new TaskCompletionSource<Activity>());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => _ = span.TraceId == trace && ended.TrySetResult(span),
        };
        ActivitySource.AddActivityListener(listener);

        await host.SendAsync(
            "GET", "/api/v1/plans/plan_of_this_test/versions", headers: [("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01")]);

        // It ends after the answer.
        var span = await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("GET /api/v1/plans/{id}/versions", span.DisplayName);
        Assert.Equal(
            ("GET", "/api/v1/plans/{id}/versions", 404),
            (span.GetTagItem("http.request.method"), span.GetTagItem("http.route"), span.GetTagItem("http.response.status_code")));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task Rejected_events_and_replays_are_counted_and_events_are_logged_once_a_minute()
    {
        var counted = new ConcurrentBag<(string Name, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Name == ApiMetrics.Name)
            {
                me.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
            counted.Add((instrument.Name, string.Join(' ', tags.ToArray().Select(tag => tag.Value)))));
        listener.Start();
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var _ = host;

        await host.SendAsync("POST", "/api/events", """[{"tenant_id":"nobody","metric":"api_calls"}]""");
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""", "once");
        await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""", "once");

        Assert.Contains(counted, one => one is { Name: "metering.events.rejected", Tags.Length: > 0 });
        Assert.Contains(("metering.replays", ""), counted);
    }

    [Fact]
    public void A_minute_has_one_line_which_counts_what_was_passed_over()
    {
        var time = new SteppedTime();
        var pace = new LogPace(time);

        Assert.Equal([1, 0, 0], [pace.Add(1), pace.Add(2), pace.Add(3)]);
        time.Passed += TimeSpan.FromMinutes(1);
        Assert.Equal([6, 0], [pace.Add(1), pace.Add(1)]);

        // A clock that is set back keeps no line from the log.
        time.Jumped -= TimeSpan.FromDays(1);
        time.Passed += TimeSpan.FromMinutes(1);
        Assert.Equal(2, pace.Add(1));
    }

    [Fact]
    public void What_cannot_be_sent_is_told_once_and_a_sender_has_its_version()
    {
        var log = new ListedLog();

        // Nobody listens at the exporter's default address; its end sends what is left.
        using (new MeterTelemetry(log, TimeProvider.System))
        {
            using var source = new ActivitySource(ApiMetrics.Name);
            source.StartActivity("test")?.Dispose();
        }

        Assert.Single(log.Lines, line => line.StartsWith("Telemetry can't be sent: ", StringComparison.Ordinal));
        Assert.Matches(
            @"^\d+\.\d+\.\d+",
            MeterTelemetry.Resource().Build().Attributes.Single(attribute => attribute.Key == "service.version").Value.ToString());
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public TimeSpan Jumped { get; set; } = TimeSpan.FromDays(20_000);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Jumped + Passed;

        public override long GetTimestamp() => Passed.Ticks;
    }

    private sealed class ListedLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
