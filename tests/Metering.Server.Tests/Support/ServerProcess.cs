using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Metering.Server.Tests.Support;

/// <summary>The built server as a process of its own.</summary>
public sealed class ServerProcess : IDisposable
{
    public const string Token = "mt_test_0123456789abcdef";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ServerProcess(Process process, HttpClient client)
    {
        _process = process;
        Client = client;
    }

    public HttpClient Client { get; }

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string data)
    {
        var process = Launch(null, null, "--urls", "http://127.0.0.1:0", "--data", data);
        var lines = Channel.CreateUnbounded<string>();
        process.OutputDataReceived += (_, line) => lines.Writer.TryWrite(line.Data ?? "(end)");
        process.ErrorDataReceived += (_, line) => lines.Writer.TryWrite(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Patience);
        var said = new StringBuilder();
        const string Listening = "Now listening on: ";
        await foreach (var line in lines.Reader.ReadAllAsync(patience.Token))
        {
            said.AppendLine(line);
            if (line.IndexOf(Listening, StringComparison.Ordinal) is var at && at >= 0)
            {
                return new ServerProcess(process, new HttpClient { BaseAddress = new Uri(line[(at + Listening.Length)..].Trim()) });
            }

            Assert.False(line == "(end)", said.ToString());
        }

        throw new InvalidOperationException(said.ToString());
    }

    /// <summary>Runs the program to its end.</summary>
    /// <returns>Its exit code and everything that it wrote.</returns>
    public static Task<(int ExitCode, string Output)> RunAsync(params string[] args) => RunInAsync(null, null, args);

    /// <summary>As <see cref="RunAsync"/>, in a folder and an environment; null: this process's.</summary>
    public static async Task<(int ExitCode, string Output)> RunInAsync(string? folder, string? environment, params string[] args)
    {
        using var process = Launch(folder, environment, args);
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        Client.Dispose();
        _process.Dispose();
    }

    private static Process Launch(string? folder, string? environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["METERING_BOOTSTRAP_TOKEN"] = Token, ["METERING_TOKEN"] = Token },
            WorkingDirectory = folder ?? "",
        };
        if (folder is not null)
        {
            // Its home too, so that no developer's certificate is found.
            start.Environment["HOME"] = folder;
        }

        if (environment is not null)
        {
            start.Environment["DOTNET_ENVIRONMENT"] = environment;
        }

        start.ArgumentList.Add(typeof(MeteringServer).Assembly.Location);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return Process.Start(start)!;
    }
}
