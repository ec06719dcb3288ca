using System.Diagnostics;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;

namespace Metering.Api.Tests;

/// <summary>The official JavaScript SDK of CloudEvents: runs it, and holds the messages that it made. One for the whole run.</summary>
public sealed class JavaScriptSdk : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private JsonElement _messages;

    /// <summary>How many events there are in each content mode.</summary>
    public int Count => _messages.GetProperty("binary").GetArrayLength();

    public async Task InitializeAsync()
    {
        var directory = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "CloudEventsDirectory").Value!;
        if (!File.Exists(Path.Combine(directory, "node_modules", "cloudevents", "package.json")))
        {
            await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", directory, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        }

        using var messages = JsonDocument.Parse(await RunAsync("node", directory, "messages.js"));
        _messages = messages.RootElement.Clone();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A message, as the SDK made it.</summary>
    internal (HttpContent Content, (string Name, string Value)[] Headers) Message(string mode, int index)
    {
        var message = _messages.GetProperty(mode)[index];
        var content = new ByteArrayContent(message.GetProperty("body").GetBytesFromBase64());
        var headers = message.GetProperty("headers").EnumerateObject().Select(header => (header.Name, Value: header.Value.GetString()!))
            .ToList();
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(headers.Single(header => header.Name == "content-type").Value);
        return (content, [.. headers.Where(header => header.Name != "content-type")]);
    }

    /// <summary>A message's body.</summary>
    internal string Body(string mode, int index) =>
        System.Text.Encoding.UTF8.GetString(_messages.GetProperty(mode)[index].GetProperty("body").GetBytesFromBase64());

    private static async Task<string> RunAsync(string program, string directory, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} does not start.");
        using var patience = new CancellationTokenSource(Patience);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed with exit code {process.ExitCode}: {output}");
        return output;
    }
}
