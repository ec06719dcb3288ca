using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Infra.Tests.Compiler;

/// <summary>
/// The Bicep compiler as one process for all files: <c>bicep jsonrpc</c> reads requests from its input and answers them on its output,
/// each with a header that says how long it is. Starting the compiler takes seconds, a file after that takes a fraction of one.
/// </summary>
public sealed class BicepCompiler : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 512 };
    private static readonly JsonDocumentOptions Documents = new() { MaxDepth = 512 };

    // What Azure would say about the place of the deployment; a snapshot has names and ids with these in them.
    private static readonly object Place = new
    {
        tenantId = "00000000-0000-0000-0000-000000000001",
        subscriptionId = "00000000-0000-0000-0000-000000000002",
        resourceGroup = "meter",
        location = "westeurope",
        deploymentName = "main",
    };

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> waiting = [];
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Process process;
    private readonly Task reading;
    private int requests;

    private BicepCompiler(Process process)
    {
        this.process = process;
        reading = ReadAnswersAsync();
    }

    /// <summary>The compiler that the build restored for this machine; else the one on the PATH.</summary>
    public static string Program { get; } = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == "BicepPath")?.Value is { Length: > 0 } path ? path : "bicep";

    public static BicepCompiler Start()
    {
        ProcessStartInfo start = new(Program, ["jsonrpc", "--stdio"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        foreach ((string name, string value) in Surroundings())
        {
            start.Environment[name] = value;
        }

        try
        {
            return new BicepCompiler(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"'{Program}' could not be started. The tests of infra/ compile Bicep: on Linux x64 the compiler comes with the build, "
                + "elsewhere install it (https://aka.ms/bicep-install) and put it on the PATH.", e);
        }
    }

    /// <summary>Compiles a parameter file with its template and all modules.</summary>
    public async Task<(IReadOnlyList<Diagnostic> Diagnostics, string? Template)> CompileAsync(string root, string path)
    {
        JsonElement result = await AskAsync("bicep/compileParams", new { path = Path.Combine(root, path), parameterOverrides = new { } });
        IReadOnlyList<Diagnostic> diagnostics =
        [
            .. result.GetProperty("diagnostics").EnumerateArray().Select(diagnostic => new Diagnostic(
                Path.GetRelativePath(root, diagnostic.GetProperty("source").GetString()!).Replace('\\', '/'),
                diagnostic.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32() + 1,
                diagnostic.GetProperty("level").GetString()!,
                diagnostic.GetProperty("code").GetString()!,
                diagnostic.GetProperty("message").GetString()!)),
        ];
        return (diagnostics, result.TryGetProperty("template", out JsonElement template) ? template.GetString() : null);
    }

    /// <summary>
    /// What a parameter file would deploy: the compiled template with its parameters, variables, conditions and loops worked out.
    /// </summary>
    /// <exception cref="BicepRefusedException">The template is well formed, and Azure would not take it with these parameters.</exception>
    public async Task<string> EvaluateAsync(string root, string path)
    {
        JsonElement result = await AskAsync("bicep/getSnapshot", new { path = Path.Combine(root, path), metadata = Place });
        return result.GetProperty("snapshot").GetString()!;
    }

    /// <summary>The files that a template consists of.</summary>
    public async Task<IReadOnlyList<string>> FilesAsync(string root, string path)
    {
        JsonElement result = await AskAsync("bicep/getFileReferences", new { path = Path.Combine(root, path) });
        return [.. result.GetProperty("filePaths").EnumerateArray()
            .Select(file => Path.GetRelativePath(root, file.GetString()!).Replace('\\', '/'))];
    }

    public async ValueTask DisposeAsync()
    {
        // Without input it ends by itself.
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(AnswerLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        await reading;
        process.Dispose();
        writing.Dispose();
    }

    private static IEnumerable<(string Name, string Value)> Surroundings()
    {
        // What the parameter files read from the environment.
        yield return ("METER_TOKEN_SHA256", new string('0', 64));
        yield return ("METER_ALERT_EMAIL", "operators@example.com");

        // It asks for the list of public modules before it compiles anything, though it needs none of them. What is checked here must
        // not depend on the network, so requests go to a port where nobody answers.
        foreach (string proxy in new[] { "http_proxy", "https_proxy", "all_proxy" })
        {
            yield return (proxy, "http://127.0.0.1:9");
        }

        yield return ("no_proxy", "");

        // It writes down there what to compile first at its next start, and does not clean up.
        string folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "compiler")).FullName;
        foreach (string temporary in new[] { "TMPDIR", "TMP", "TEMP" })
        {
            yield return (temporary, folder);
        }

        // It is a .NET program. Sockets for debuggers would stay if it were killed, and measuring its own code to make it faster later
        // costs a third of the few seconds that it runs.
        yield return ("DOTNET_EnableDiagnostics", "0");
        yield return ("DOTNET_TieredPGO", "0");
    }

    private async Task<JsonElement> AskAsync(string method, object parameters)
    {
        int id = Interlocked.Increment(ref requests);
        TaskCompletionSource<JsonElement> answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id, method, @params = parameters }, Json);
        await writing.WaitAsync();
        try
        {
            Stream input = process.StandardInput.BaseStream;
            await input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
            await input.WriteAsync(body);
            await input.FlushAsync();
        }
        finally
        {
            writing.Release();
        }

        return await answer.Task.WaitAsync(AnswerLimit);
    }

    private async Task ReadAnswersAsync()
    {
        Stream output = process.StandardOutput.BaseStream;
        try
        {
            while (await ReadLengthAsync(output) is { } length)
            {
                byte[] body = new byte[length];
                await output.ReadExactlyAsync(body);
                using JsonDocument message = JsonDocument.Parse(body, Documents);
                if (
                    message.RootElement.TryGetProperty("id", out JsonElement id)
                        && waiting.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? answer))
                {
                    Give(answer, message.RootElement);
                }
            }
        }
        finally
        {
            foreach (TaskCompletionSource<JsonElement> answer in waiting.Values)
            {
                answer.TrySetException(new InvalidOperationException($"'{Program}' ended before it answered."));
            }
        }
    }

    private static void Give(TaskCompletionSource<JsonElement> answer, JsonElement message)
    {
        if (message.TryGetProperty("result", out JsonElement result))
        {
            answer.SetResult(result.Clone());
        }
        else
        {
            JsonElement error = message.GetProperty("error");
            answer.SetException(new BicepRefusedException(error.GetProperty("message").GetString()!));
        }
    }

    private static async Task<int?> ReadLengthAsync(Stream output)
    {
        const string Name = "Content-Length:";
        int? length = null;
        List<byte> line = [];
        byte[] one = new byte[1];
        while (await output.ReadAsync(one) == 1)
        {
            if (one[0] != '\n')
            {
                line.Add(one[0]);
                continue;
            }

            string header = Encoding.ASCII.GetString([.. line]).Trim();
            line.Clear();
            if (header.Length == 0)
            {
                return length;
            }

            if (header.StartsWith(Name, StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(header.AsSpan(Name.Length), CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
