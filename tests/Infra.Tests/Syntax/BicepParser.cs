using System.Diagnostics;
using System.Text.Json;

namespace Infra.Tests.Syntax;

/// <summary>Runs the Bicep parser, which is a Node package: <c>parser/parse.js</c>. Installs it when it is not there yet.</summary>
public static class BicepParser
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ParseLimit = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 512 };
    private static readonly Lazy<string> Folder = new(Install);

    public sealed record SyntaxError(int Line, int Column, string Text);

    public sealed record ParsedFile(string Path, IReadOnlyList<SyntaxError> Errors, SyntaxNode Root);

    public static IReadOnlyList<ParsedFile> Parse(IReadOnlyList<string> paths)
    {
        string output = Run("node", ["parse.js", .. paths], Folder.Value, ParseLimit);
        return JsonSerializer.Deserialize<List<ParsedFile>>(output, Json)!;
    }

    private static string Install()
    {
        string folder = Repository.PathOf("tests", "Infra.Tests", "parser");
        if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            // The packages bring their native parts with them, so no script of theirs needs to run.
            string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            Run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, InstallLimit);
        }

        return folder;
    }

    private static string Run(string program, IEnumerable<string> arguments, string folder, TimeSpan limit)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} took longer than {limit}.");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        }

        return output.GetAwaiter().GetResult();
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"'{start.FileName}' was not found. The tests of infra/ parse Bicep with a Node package: install Node.js 20 or later.", e);
        }
    }
}
