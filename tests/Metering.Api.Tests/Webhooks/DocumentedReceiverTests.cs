using System.Diagnostics;
using System.Text.Json;
using Receivers;

namespace Metering.Api.Tests.Webhooks;

/// <summary>
/// The receivers that <c>docs/webhooks.md</c> shows, run as they stand there: each takes what is signed and nothing else.
/// </summary>
public sealed class DocumentedReceiverTests
{
    private const string Body = """{"type":"level_changed","data":{"feature":"Ümläut"}}""";
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository(), "docs", "webhooks.md"));

    [Fact]
    public Task The_one_in_node() => RunAsync(
        ["node"],
        "receiver.mjs",
        Block("js") + """

        import { readFileSync } from "node:fs";
        for (const { secret, headers, body } of JSON.parse(readFileSync(0, "utf8"))) console.log(String(isFromMeter(secret, headers, body)));
        """);

    [Fact]
    public Task The_one_in_python() => RunAsync(
        ["python3", "python"],
        "receiver.py",
        Block("python") + """

        import json, sys
        for one in json.loads(sys.stdin.buffer.read()):
            print(str(is_from_meter(one["secret"], one["headers"], one["body"].encode())).lower())
        """);

    [Fact]
    public void The_one_in_csharp()
    {
        var compiled = Path.Combine(Repository(), "tests", "Metering.Api.Tests", "Webhooks", "MeterWebhook.cs");
        Assert.Equal(File.ReadAllText(compiled).ReplaceLineEndings("\n"), Block("csharp"));
        Assert.Equal(
            Cases().Select(one => one.Expected),
            Cases().Select(one => MeterWebhook.IsFromMeter(one.Secret, one.Headers, one.Body)));
    }

    private static IEnumerable<(bool Expected, string Secret, Dictionary<string, string> Headers, string Body)> Cases()
    {
        var (secret, other) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", WebhookSignature.NewSecret());
        var now = DateTimeOffset.UtcNow;
        yield return (true, secret, Headers(now, secret), Body);
        yield return (true, secret, Headers(now, other, secret), Body);
        yield return (false, secret, Headers(now, other), Body);
        yield return (false, secret, Headers(now, secret), Body + " ");
        yield return (false, secret, Headers(now.AddMinutes(-6), secret), Body);
    }

    private static Dictionary<string, string> Headers(DateTimeOffset at, params string[] secrets) => new()
    {
        ["webhook-id"] = "lic_a.7.0",
        ["webhook-timestamp"] = at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["webhook-signature"] = WebhookSignature.Sign(secrets.Select(secret => new WebhookSecret(secret, null)), "lic_a.7.0", at, Body),
    };

    private static async Task RunAsync(string[] programs, string name, string script)
    {
        var folder = Directory.CreateTempSubdirectory("receiver-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), script);
            if (programs.Select(program => Start(program, folder, name)).FirstOrDefault(started => started is not null) is not { } process)
            {
                // Node is what other tests need as well; a machine may do without Python.
                Assert.NotEqual("node", programs[0]);
                return;
            }

            using (process)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
                await JsonSerializer.SerializeAsync(
                    process.StandardInput.BaseStream,
                    Cases().Select(one => new { secret = one.Secret, headers = one.Headers, body = one.Body }),
                    cancellationToken: patience.Token);
                process.StandardInput.Close();
                var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
                Assert.Equal(
                    Cases().Select(one => one.Expected ? "true" : "false"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries
                        | StringSplitOptions.TrimEntries));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process? Start(string program, string folder, string script)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, [script])
            {
                WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Block(string language)
    {
        var page = Page.ReplaceLineEndings("\n");
        var begin = page.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MeterFunctions.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
