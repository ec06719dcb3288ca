using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Docs.Tests.Pages;
using Metering.Server;

namespace Docs.Tests.Guides;

/// <summary>Types the commands of pages into one shell, as a reader would, and compares what comes with what the pages show.</summary>
/// <param name="pages">The pages, which are read one after the other.</param>
/// <param name="servers">What starts its server.</param>
internal sealed class PageRun(IEnumerable<Page> pages, PageServers servers)
{
    // What pages name. Each run has a port and a folder of its own in their places, so that runs don't meet, nor anything else here.
    private const string Address = "127.0.0.1:8080";
    private const string Folder = "/tmp/";

    private const char Mark = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs all steps; a line for each that does not do what the page says.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        var steps = pages.SelectMany(page => page.Code("bash")).SelectMany(Step.Of).ToList();
        var (port, folder) = (FreePort(), Directory.CreateTempSubdirectory("page-").FullName);
        string Here(string text) =>
            text.Replace(Address, $"127.0.0.1:{port}", StringComparison.Ordinal).Replace(Folder, $"{folder}/", StringComparison.Ordinal);
        string There(string text) =>
            text.Replace($"127.0.0.1:{port}", Address, StringComparison.Ordinal).Replace($"{folder}/", Folder, StringComparison.Ordinal);
        try
        {
            var script = new StringBuilder(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "tests/Docs.Tests/Guides/Preamble.sh")));
            foreach (var step in steps)
            {
                script.Append(Here(step.Commands)).Append($"printf '{Mark}%s{Mark}' $?\n");
            }

            var parts = (await TypeAsync(script.ToString(), port, folder)).Replace("\r", "", StringComparison.Ordinal).Split(Mark);
            if (parts.Length != (2 * steps.Count) + 1)
            {
                return [$"the shell ended early: {There(parts[^1])}"];
            }

            return
            [
                .. from index in Enumerable.Range(0, steps.Count)
                   let output = There(parts[2 * index])
                   let fault = steps[index].Fault(int.Parse(parts[(2 * index) + 1], CultureInfo.InvariantCulture), output)
                   where fault is not null
                   select $"\n{steps[index].Commands}{fault}:\n{steps[index].Shown}\n-- but:\n{output}\n",
            ];
        }
        finally
        {
            await servers.StopAsync(port);
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<string> TypeAsync(string script, int port, string folder)
    {
        var file = Path.Combine(folder, "page.sh");
        await File.WriteAllTextAsync(file, script);
        var start = new ProcessStartInfo("bash", ["-c", "exec 2>&1 </dev/null; . \"$0\"", file])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment = { ["DOCS_SERVER"] = typeof(MeteringServer).Assembly.Location, ["DOCS_CONTROL"] = servers.Control(port) },
        };
        using var shell = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await shell.StandardOutput.ReadToEndAsync(patience.Token);
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
