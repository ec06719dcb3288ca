using System.Diagnostics;

namespace Metering.Benchmarks;

/// <summary>A host in a process of its own, started from this executable.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan QuietStep = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    private HostProcess(Process process, Uri url, TimeSpan startTime)
    {
        Process = process;
        Url = url;
        StartTime = startTime;
    }

    public Process Process { get; }

    public Uri Url { get; }

    /// <summary>From the start of the process until it listened.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Resident memory, bytes.</summary>
    public long Resident
    {
        get
        {
            Process.Refresh();
            return Process.WorkingSet64;
        }
    }

    /// <summary>Starts a host of this build.</summary>
    /// <exception cref="InvalidOperationException">The host ended before it listened.</exception>
    public static Task<HostProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartAsync(Environment.ProcessPath!, environment, arguments);

    /// <summary>Starts a host.</summary>
    /// <param name="executable">The benchmarks' executable, of this build or of another.</param>
    /// <param name="environment">Variables that it gets beside those of this process.</param>
    /// <param name="arguments">Which host, and its options.</param>
    /// <exception cref="InvalidOperationException">The host ended before it listened.</exception>
    public static async Task<HostProcess> StartAsync(
        string executable, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(executable) == "dotnet")
        {
            start.ArgumentList.Add(typeof(HostProcess).Assembly.Location);
        }

        foreach (var argument in arguments.Prepend("host"))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in
            start.Environment.Keys.Where(name => name.StartsWith("DOTNET_SYSTEM_NET_SOCKETS", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(HostCommand.Listening, StringComparison.Ordinal))
            {
                var took = Stopwatch.GetElapsedTime(started);
                _ = process.StandardOutput.ReadToEndAsync();
                return new HostProcess(process, new Uri(line[HostCommand.Listening.Length..]), took);
            }

            Console.Error.WriteLine(line);
        }

        throw new InvalidOperationException($"The host {string.Join(' ', arguments)} ended before it listened.");
    }

    /// <summary>Waits until the host has nothing more to do, so that it does not disturb what is measured next.</summary>
    public async Task SettleAsync()
    {
        var started = Stopwatch.GetTimestamp();
        do
        {
            Process.Refresh();
            var before = Process.TotalProcessorTime;
            await Task.Delay(QuietStep);
            Process.Refresh();
            if (Process.TotalProcessorTime - before < QuietStep * 0.1)
            {
                return;
            }
        }
        while (Stopwatch.GetElapsedTime(started) < MaxWait);
    }

    /// <summary>Stops the host gracefully.</summary>
    public async ValueTask DisposeAsync()
    {
        Process.StandardInput.Close();
        using var limit = new CancellationTokenSource(MaxWait);
        try
        {
            await Process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Process.Kill();
        }

        Process.Dispose();
    }
}
