using System.CommandLine;

namespace Metering.Benchmarks;

/// <summary>Measures the Functions app on a host that runs already.</summary>
internal static class FunctionsCommand
{
    private const string TokenVariable = "METERING_BOOTSTRAP_TOKEN";

    public static System.CommandLine.Command Create()
    {
        var urls = new Option<Uri[]>("--url")
        {
            Description = "Where the host listens. Given several times, one for each instance: callers go to them in turn.",
            DefaultValueFactory = _ => [new Uri("http://127.0.0.1:7071")],
            // The parser knows how to read one address, and not how to read several.
            CustomParser = result => [.. result.Tokens.Select(token => new Uri(token.Value))],
        };
        var log = new Option<string?>("--storage-log")
        {
            Description = "The file that Azurite's output goes to (without --silent). Without it, requests to the storage are not counted.",
        };
        var seconds = new Option<int>("--seconds") { Description = "How long each row is measured.", DefaultValueFactory = _ => 10 };
        var command = new System.CommandLine.Command("functions", "Measures the Functions app, and counts its requests to the storage.")
        {
            urls, log, seconds,
        };
        command.SetAction(async (parsed, _) =>
        {
            var token = Environment.GetEnvironmentVariable(TokenVariable)
                ?? throw new ArgumentException($"{TokenVariable} must hold a token with all scopes.");
            var machine = MachineDescription.Lines(Path.GetTempPath()).ToList();
            var run = new FunctionsRun(
                parsed.GetRequiredValue(urls), token, new StorageLog(parsed.GetValue(log)), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            Console.WriteLine(await run.RunAsync());
            Console.WriteLine(string.Join('\n', machine.Select(line => $"- {line}")));
            return 0;
        });
        return command;
    }
}
