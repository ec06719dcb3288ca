using System.Diagnostics;
using System.Net;

namespace Metering.Benchmarks;

/// <summary>
/// The client: keep-alive connections, requests that are ready bytes, answers of which only the status and the length are looked
/// at. Sockets complete on the one thread that polls them (<see cref="UseOneThread"/>), because the client shares the cores with
/// what it measures.
/// </summary>
internal sealed class LoadRun
{
    private readonly LoadPlan _plan;
    private readonly LoadConnection[] _connections;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private long _number;
    private ulong _random = 0x9E3779B97F4A7C15;

    public LoadRun(LoadPlan plan)
    {
        _plan = plan;
        Template = new RequestTemplate(plan.Path, plan.Url.Authority, plan.Licenses[0].Length, plan.IdempotencyRun);
        _connections = [.. Enumerable.Range(0, plan.Connections).Select(_ => new LoadConnection(this))];
    }

    public RequestTemplate Template { get; }

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Answers in all, warm-up included.</summary>
    public long Answered { get; private set; }

    /// <summary>Bytes of the last answer.</summary>
    public int AnswerBytes { get; private set; }

    /// <summary>From when answers are measured.</summary>
    private long From { get; set; }

    private long Until { get; set; }

    /// <summary>Lets sockets of this process complete on one polling thread. Before the first socket is made.</summary>
    public static void UseOneThread()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
    }

    /// <summary>Runs the plan.</summary>
    /// <param name="host">Whose processor time is measured along with the client's.</param>
    /// <exception cref="InvalidOperationException">An answer was not 200.</exception>
    public async Task<Measurement> RunAsync(Process host)
    {
        var address = new IPEndPoint(IPAddress.Parse(_plan.Url.Host), _plan.Url.Port);
        foreach (var connection in _connections)
        {
            await connection.ConnectAsync(address);
        }

        var started = Stopwatch.GetTimestamp();
        From = started + (long)(_plan.WarmUp.TotalSeconds * Stopwatch.Frequency);
        Until = From + (long)(_plan.Time.TotalSeconds * Stopwatch.Frequency);
        _open = _connections.Length;
        var processors = MeasureProcessorsAsync(host);
        foreach (var connection in _connections)
        {
            connection.Start();
        }

        await _done.Task;
        var (hostTime, clientTime) = await processors;
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        var perRequest = 1_000_000.0 / Math.Max(1, Latencies.Count);
        return new Measurement(Latencies.Count / _plan.Time.TotalSeconds, Latencies)
        {
            HostMicroseconds = hostTime.TotalSeconds * perRequest,
            ClientMicroseconds = clientTime.TotalSeconds * perRequest,
            AnswerBytes = AnswerBytes,
            Answered = Answered,
        };
    }

    /// <summary>Fills the next request.</summary>
    public void Fill(byte[] request)
    {
        Template.SetNumber(request, _number);
        Template.SetLicense(request, NextLicense());
        _number++;
    }

    /// <summary>Takes an answer; false when the connection is to send no more.</summary>
    public bool Take(long sent, long received, int bytes)
    {
        Answered++;
        AnswerBytes = bytes;
        if (received >= From && received < Until)
        {
            Latencies.Add(received - sent);
        }

        return received < Until;
    }

    /// <summary>A connection has ended.</summary>
    public void Ended()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _done.TrySetResult();
        }
    }

    public void Failed(Exception cause) => _done.TrySetException(cause);

    private async Task<(TimeSpan Host, TimeSpan Client)> MeasureProcessorsAsync(Process host)
    {
        using var client = Process.GetCurrentProcess();
        await Task.Delay(_plan.WarmUp);
        host.Refresh();
        client.Refresh();
        var (hostBefore, clientBefore) = (host.TotalProcessorTime, client.TotalProcessorTime);
        await Task.Delay(_plan.Time);
        host.Refresh();
        client.Refresh();
        return (host.TotalProcessorTime - hostBefore, client.TotalProcessorTime - clientBefore);
    }

    private byte[] NextLicense()
    {
        var licenses = _plan.Licenses;
        if (_plan.InTurn)
        {
            return licenses[_number % licenses.Length];
        }

        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return licenses[_random % (ulong)licenses.Length];
    }
}
