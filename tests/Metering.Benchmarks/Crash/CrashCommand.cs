using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Metering.Server;

namespace Metering.Benchmarks;

/// <summary>Kills a host under load, many times, and proves that what it acknowledged was counted once.</summary>
internal static class CrashCommand
{
    private const string TokenVariable = "METERING_BOOTSTRAP_TOKEN";

    public static System.CommandLine.Command Create()
    {
        var kills = new Option<int>("--kills") { Description = "How often the host is killed.", DefaultValueFactory = _ => 50 };
        var licenses = new Option<int>("--licenses") { Description = "Licenses under load.", DefaultValueFactory = _ => 8 };
        var callers = new Option<int>("--callers") { Description = "Requests under way at once.", DefaultValueFactory = _ => 16 };
        var load = new Option<int>("--max-load-milliseconds")
        {
            Description = "The host is killed at a random moment until so long after its first answer.",
            DefaultValueFactory = _ => 1_000,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "From what amounts and moments are drawn; it is told.",
            DefaultValueFactory = _ => Environment.TickCount & 0xffffff,
        };
        var url = new Option<string?>("--url") { Description = "Where another host than the server listens." };
        var restart = new Option<string?>("--restart-command")
        {
            Description = $"Starts that host, in a shell; killed with all its children. {TokenVariable} must hold a token with all scopes.",
        };
        var work = new Option<string>("--work")
        {
            Description = "Where the server's data is kept for the time of the run.",
            DefaultValueFactory = _ => Path.GetTempPath(),
        };
        var output = new Option<string?>("--output") { Description = "The document to write the table to." };
        var command = new System.CommandLine.Command("crash", "Kills a host under load, and proves what it acknowledged.")
        {
            kills, licenses, callers, load, seed, url, restart, work, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            var options = new CrashOptions(
                parsed.GetValue(kills), parsed.GetValue(licenses), parsed.GetValue(callers),
                TimeSpan.FromMilliseconds(parsed.GetValue(load)), parsed.GetValue(seed));
            Console.WriteLine($"Seed {options.Seed}.");
            var machine = MachineDescription.Lines(parsed.GetRequiredValue(work)).ToList();
            var (text, findings) = parsed.GetValue(url) is { } address
                ? await RunCommandAsync(
                    options, new Uri(address),
                    parsed.GetValue(restart) ?? throw new ArgumentException("With --url, --restart-command must be given."))
                : await RunServerAsync(options, parsed.GetRequiredValue(work));
            Console.WriteLine(text);
            foreach (var finding in findings)
            {
                Console.WriteLine(finding);
            }

            if (findings.Count == 0 && parsed.GetValue(output) is { } file)
            {
                await ReportFile.ReplaceAsync(file, "crash", $"{text}\n{string.Join('\n', machine.Select(line => $"- {line}"))}");
            }

            return findings.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static async Task<(string Text, IReadOnlyList<string> Findings)> RunCommandAsync(CrashOptions options, Uri url, string restart)
    {
        var token = Environment.GetEnvironmentVariable(TokenVariable)
            ?? throw new ArgumentException($"{TokenVariable} must hold a token with all scopes.");
        using var host = new CrashedHost(url, token, () => Start("/bin/sh", "-c", restart));
        return await new CrashRun(host, options, verify: null).RunAsync();
    }

    private static async Task<(string Text, IReadOnlyList<string> Findings)> RunServerAsync(CrashOptions options, string work)
    {
        var data = Directory.CreateDirectory(Path.Combine(work, $"metering-crash-{Environment.ProcessId}")).FullName;
        var token = "mt_" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        using var host = new CrashedHost(url, token, () =>
        {
            var start = Server("--urls", url.ToString(), "--data", data, "--Logging:LogLevel:Default=Warning");
            start.Environment[TokenVariable] = token;
            return start;
        });
        var (text, findings) = await new CrashRun(host, options, () => VerifyAsync(data)).RunAsync();
        if (findings.Count == 0)
        {
            Directory.Delete(data, recursive: true);
        }

        return findings.Count == 0 ? (text, findings) : (text, [.. findings, $"The data is kept in {data}."]);
    }

    // It throws where the server's own proof finds something: the data stays, and what was found is said.
    private static async Task<string> VerifyAsync(string data)
    {
        using var process = Process.Start(Server("verify", "--data", data))!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? said.Split('\n')[0].TrimEnd()
            : throw new InvalidOperationException($"{said}{await errors}The data is kept in {data}.");
    }

    private static ProcessStartInfo Server(params string[] arguments) =>
        Start("dotnet", [typeof(MeteringServer).Assembly.Location, .. arguments]);

    private static ProcessStartInfo Start(string program, params string[] arguments) => new(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };

    // Found once: the host must be where its callers left it.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
