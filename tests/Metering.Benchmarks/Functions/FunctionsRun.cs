using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Metering.Benchmarks;

/// <summary>What the Functions app takes for consumes, checks and events: times, and requests to its storage.</summary>
internal sealed class FunctionsRun(IReadOnlyList<Uri> instances, string token, StorageLog log, TimeSpan time)
{
    private const int Callers = 16;
    private const int Shared = 64;
    private const int HotCallers = 64;
    private const int HotConsumes = 5_000;
    private const int EventLicenses = 50;
    private const int Events = 500;
    private const int MaxTries = 20;

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(100);

    // What the host writes after it has answered belongs to the requests that are counted.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly Table _table = new("what", "a second", "p50 ms", "p95 ms", "p99 ms", "storage requests each");
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private int _number;
    private int _busy;

    /// <summary>Runs everything.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidOperationException">A license did not count what was acknowledged.</exception>
    public async Task<string> RunAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = instances[0] };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var made = await LoadedLicense.MakeAsync(http, Shared + 2);
        var (alone, hot, shared) = (made[0], made[1], made[2..]);
        await ConsumeAsync(http, alone);

        await MeasureAsync("consume, one caller, one license", 1, _ => ConsumeAsync(http, alone));
        await MeasureAsync("check, one caller, one license", 1, _ => CheckAsync(http, alone));
        await MeasureAsync($"consume, {Callers} callers on {Shared} licenses", Callers, number => ConsumeAsync(http, shared[number % Shared]));
        await MeasureAsync($"check, {Callers} callers on {Shared} licenses", Callers, number => CheckAsync(http, shared[number % Shared]));
        await MeasureHotAsync(http, hot);
        await MeasureEventsAsync(http, shared[..EventLicenses]);
        return $"{_table}\n{_busy} of {_number} consumes were answered 503 at first, and sent again under their key.";
    }

    private async Task MeasureAsync(string what, int callers, Func<int, Task> call)
    {
        log.Take();
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var latencies = await CallAsync(callers, call, number => Stopwatch.GetTimestamp() < until);
        await Task.Delay(Settle);
        Add(what, latencies, time, log.Take() / (double)latencies.Count);
    }

    private async Task MeasureHotAsync(HttpClient http, LoadedLicense hot)
    {
        log.Take();
        var started = Stopwatch.GetTimestamp();
        var latencies = await CallAsync(HotCallers, _ => ConsumeAsync(http, hot), number => number < HotConsumes);
        var elapsed = Stopwatch.GetElapsedTime(started);
        await Task.Delay(Settle);
        Add($"consume, {HotCallers} callers on one license, first {HotConsumes}", latencies, elapsed, log.Take() / (double)latencies.Count);
        await ExpectAsync(http, hot, HotConsumes);
    }

    private async Task MeasureEventsAsync(HttpClient http, LoadedLicense[] licenses)
    {
        log.Take();
        var events = Enumerable.Range(0, Events).Select(number => new
        {
            metric = LoadedLicense.Feature,
            license_id = licenses[number % licenses.Length].Id,
            quantity = 1,
            event_id = $"{_run}-{number}",
        });
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.PostAsJsonAsync("/api/v1/events", events);
        var latencies = new LatencyHistogram();
        latencies.Add(Stopwatch.GetTimestamp() - started);
        var elapsed = Stopwatch.GetElapsedTime(started);
        answer.EnsureSuccessStatusCode();
        await Task.Delay(Settle);
        Add($"{Events} events over {EventLicenses} licenses, POST /api/v1/events; a second and each: events", latencies, elapsed / Events,
            log.Take() / (double)Events);
    }

    private static async Task<LatencyHistogram> CallAsync(int callers, Func<int, Task> call, Func<int, bool> goesOn)
    {
        var latencies = new LatencyHistogram();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var number = Interlocked.Increment(ref next); goesOn(number); number = Interlocked.Increment(ref next))
            {
                var started = Stopwatch.GetTimestamp();
                await call(number);
                lock (latencies)
                {
                    latencies.Add(Stopwatch.GetTimestamp() - started);
                }
            }
        })));
        return latencies;
    }

    private void Add(string what, LatencyHistogram latencies, TimeSpan elapsed, double? requests) => _table.Add(
        what,
        (latencies.Count / elapsed.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture),
        latencies.Milliseconds(0.5).ToString("F1", CultureInfo.InvariantCulture),
        latencies.Milliseconds(0.95).ToString("F1", CultureInfo.InvariantCulture),
        latencies.Milliseconds(0.99).ToString("F1", CultureInfo.InvariantCulture),
        requests?.ToString("F2", CultureInfo.InvariantCulture) ?? "not counted");

    // What one instance could not answer in time is asked again under its key, as a client does; the time counts from the first attempt.
    private async Task ConsumeAsync(HttpClient http, LoadedLicense license)
    {
        var number = Interlocked.Increment(ref _number);
        for (var tries = 1; !await TryConsumeAsync(http, license, number); tries++)
        {
            Interlocked.Increment(ref _busy);
            if (tries == MaxTries)
            {
                throw new InvalidOperationException($"The host is busy: it did not answer the consume {number} in {MaxTries} attempts.");
            }

            await Task.Delay(BusyPause);
        }
    }

    private async Task<bool> TryConsumeAsync(HttpClient http, LoadedLicense license, int number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/license/consume")
        {
            Content = JsonContent.Create(new { feature_code = LoadedLicense.Feature, amount = 1 }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("License", license.Key);
        request.RequestUri = new Uri(instances[number % instances.Count], request.RequestUri!);
        request.Headers.Add("Idempotency-Key", $"{_run}-{number}");
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }

        answer.EnsureSuccessStatusCode();
        return true;
    }

    private static async Task CheckAsync(HttpClient http, LoadedLicense license)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/license/check?feature_code={LoadedLicense.Feature}");
        request.Headers.Authorization = new AuthenticationHeaderValue("License", license.Key);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task ExpectAsync(HttpClient http, LoadedLicense license, decimal acknowledged)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/license/usage");
        request.Headers.Authorization = new AuthenticationHeaderValue("License", license.Key);
        using var answer = await http.SendAsync(request);
        var usage = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        var used = usage.GetProperty("features")[0].GetProperty("used").GetDecimal();
        if (used != acknowledged)
        {
            throw new InvalidOperationException($"The license counted {used}, but {acknowledged} were acknowledged.");
        }
    }
}
