using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Metering.Benchmarks;

/// <summary>Producers that send bodies of NDJSON to the server, each one request after the other.</summary>
internal sealed class EventLoad(HttpClient http, LoadedLicense[] licenses, EventOptions options)
{
    private long _accepted;

    /// <summary>Events that were acknowledged, warm-up included.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Sends for a time, and counts the events that were answered in its measured part.</summary>
    /// <exception cref="InvalidOperationException">An event was not counted.</exception>
    public async Task<Measurement> RunAsync(Process host)
    {
        string[] ids = [.. licenses.Select(license => license.Id)];
        var hostTime = MeasureAsync(host);
        var measured = await EventProducers.RunAsync(options, async (number, trySendAsync) =>
        {
            var bodies = new EventBody(ids, options.Events, options.Spread, number);
            while (await trySendAsync(() => SendAsync(bodies.Next())))
            {
            }
        });
        return measured with { HostMicroseconds = (await hostTime).TotalMicroseconds / Math.Max(1, measured.Answered) };
    }

    /// <summary>Makes sure that the licenses count what was acknowledged, no more and no less.</summary>
    /// <exception cref="InvalidOperationException">They don't.</exception>
    public static async Task ExpectCountAsync(HttpClient http, LoadedLicense[] licenses, long acknowledged)
    {
        var used = 0m;
        var gate = new Lock();
        await Parallel.ForEachAsync(licenses, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (license, stop) =>
        {
            var usage = await http.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{license.Id}/usage", stop);
            var mine = usage.GetProperty("features")[0].GetProperty("used").GetDecimal();
            lock (gate)
            {
                used += mine;
            }
        });
        if (used != acknowledged)
        {
            throw new InvalidOperationException($"The licenses counted {used}, but {acknowledged} were acknowledged.");
        }
    }

    private async Task SendAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        using var answer = await http.PostAsync("/api/v1/events", content);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode || JsonElement.Parse(text).GetProperty("accepted").GetInt32() != options.Events)
        {
            throw new InvalidOperationException($"Not every event was counted: {(int)answer.StatusCode} {text[..Math.Min(500, text.Length)]}");
        }

        Interlocked.Add(ref _accepted, options.Events);
    }

    private async Task<TimeSpan> MeasureAsync(Process host)
    {
        await Task.Delay(options.WarmUp);
        host.Refresh();
        var before = host.TotalProcessorTime;
        await Task.Delay(options.Time);
        host.Refresh();
        return host.TotalProcessorTime - before;
    }
}
