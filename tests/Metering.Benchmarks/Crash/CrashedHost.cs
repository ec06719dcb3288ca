using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Metering.Benchmarks;

/// <summary>A host that is started, killed without a word, and started again on what it left behind.</summary>
/// <param name="url">Where it listens, the same after each start.</param>
/// <param name="token">A token with all scopes.</param>
/// <param name="command">How it is started.</param>
internal sealed class CrashedHost(Uri url, string token, Func<ProcessStartInfo> command) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private Process? _process;

    /// <summary>Requests with the token; a new one after each start, so that no connection is left over.</summary>
    public HttpClient Http { get; private set; } = new();

    /// <summary>Starts it.</summary>
    /// <returns>How long it took until it said that it is ready.</returns>
    /// <exception cref="InvalidOperationException">It ended by itself, or did not become ready.</exception>
    public async Task<TimeSpan> StartAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _process = Process.Start(command())!;

        // What it says is read and dropped; else a full pipe would stop it.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => Console.Error.Write(line.Data is { } text ? text + Environment.NewLine : "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Http.Dispose();
        Http = new HttpClient { BaseAddress = url };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The host ended with exit code {_process.ExitCode} before it was ready.");
            }

            if (await IsReadyAsync())
            {
                return Stopwatch.GetElapsedTime(started);
            }

            await Task.Delay(Step);
        }

        throw new InvalidOperationException($"The host is not ready after {Patience.TotalMinutes} minutes.");
    }

    /// <summary>SIGKILL, to it and to all that it has started.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();

        // Children end in their own time; the port is free when the last of them has.
        var killed = Stopwatch.GetTimestamp();
        while (await IsListeningAsync())
        {
            if (Stopwatch.GetElapsedTime(killed) > Patience)
            {
                throw new InvalidOperationException($"Something still listens at {url} after the host was killed.");
            }

            await Task.Delay(Step);
        }
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
        Http.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
