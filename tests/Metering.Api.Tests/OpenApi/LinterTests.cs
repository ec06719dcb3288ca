using System.Diagnostics;
using System.Reflection;

namespace Metering.Api.Tests.OpenApi;

/// <summary>The common linter finds nothing to say of the OpenAPI document, by its standard rules.</summary>
public sealed class LinterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Spectral_has_nothing_to_say()
    {
        var directory = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "SpectralDirectory").Value!;
        var script = Path.Combine(directory, "node_modules", "@stoplight", "spectral-cli", "dist", "index.js");
        if (!File.Exists(script))
        {
            var npm = await RunAsync(
                OperatingSystem.IsWindows() ? "npm.cmd" : "npm", directory, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            Assert.True(npm.ExitCode == 0, "npm ci failed: " + npm.Output);
        }

        var file = Path.Combine(Path.GetTempPath(), $"openapi-{Guid.NewGuid():N}.json");
        try
        {
            await File.WriteAllTextAsync(file, OpenApiDocument.Build().ToJsonString());

            var lint = await RunAsync(
                "node", directory, script, "lint", file, "--ruleset", Path.Combine(directory, ".spectral.yaml"), "--fail-severity", "hint");

            Assert.True(lint.ExitCode == 0, lint.Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string directory, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await errors);
    }
}
