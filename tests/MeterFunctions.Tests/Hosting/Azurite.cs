using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The storage emulator, on free ports, in memory. One for the whole run; stopped with it.</summary>
public sealed class Azurite : IAsyncLifetime
{
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Process? _process;

    /// <summary>How to reach it.</summary>
    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var directory = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "AzuriteDirectory").Value!;
        var script = Path.Combine(directory, "node_modules", "azurite", "dist", "src", "azurite.js");
        await InstallAsync(directory, script);

        int[] ports = [FreePort(), FreePort(), FreePort()];
        _process = Start("node", directory,
            [
                script, "--silent", "--skipApiVersionCheck", "--loose", "--disableTelemetry", "--inMemoryPersistence",
                "--blobPort", $"{ports[0]}", "--queuePort", $"{ports[1]}", "--tablePort", $"{ports[2]}",
            ]);
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
            + $"BlobEndpoint=http://127.0.0.1:{ports[0]}/{Account};QueueEndpoint=http://127.0.0.1:{ports[1]}/{Account};TableEndpoint=http://127.0.0.1:{ports[2]}/{Account};";
        foreach (var port in ports)
        {
            await AnswersAsync(port);
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    // Two test projects may want it at the same time: the first to open the lock file installs, the other waits.
    private static async Task InstallAsync(string directory, string script)
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var turn = await OpenAsync(Path.Combine(directory, ".install.lock"), patience.Token);
        if (File.Exists(script))
        {
            return;
        }

        using var npm = Start(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm", directory, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        await npm.WaitForExitAsync(patience.Token);
        Assert.True(npm.ExitCode == 0, $"npm ci in {directory} failed with exit code {npm.ExitCode}.");
    }

    private static async Task<FileStream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }

    private static Process Start(string program, string directory, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = directory,
        RedirectStandardInput = true,
    }) ?? throw new InvalidOperationException($"{program} does not start.");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AnswersAsync(int port)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Assert.False(_process!.HasExited, "Azurite has ended.");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            }
        }
    }
}
