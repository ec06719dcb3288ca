using System.Reflection;
using System.Text;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests.OpenApi;

/// <summary>The OpenAPI document lies in the repository too, so that the diff of a change shows what it does to the contract.</summary>
public sealed class CheckedInDocumentTests
{
    private const string WriteVariable = "METERING_WRITE_OPENAPI";

    private static readonly string DocumentFile = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(one => one.Key == "OpenApiFile").Value!;

    [Fact]
    public async Task The_file_is_what_the_server_gives()
    {
        await using var host = await MemoryHost.StartAsync();
        var served = await host.Client.GetStringAsync("/openapi/v1.json");

        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            await File.WriteAllTextAsync(DocumentFile, served, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        // A checkout may have given the file this system's line ends.
        var known = File.Exists(DocumentFile) ? (await File.ReadAllTextAsync(DocumentFile)).ReplaceLineEndings("\n") : "";
        Assert.True(known == served, Difference(known, served));
    }

    private static string Difference(string known, string served)
    {
        var (knownLines, servedLines) = (known.Split('\n'), served.Split('\n'));
        var same = knownLines.Zip(servedLines).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"""
            docs/openapi.json is not what the server gives. They part at line {same + 1}:
              in the file: {knownLines.ElementAtOrDefault(same) ?? "(its end)"}
              served:      {servedLines.ElementAtOrDefault(same) ?? "(its end)"}
            If the contract is meant to change, write the file anew and look at its diff:
              {WriteVariable}=1 dotnet test tests/Metering.Api.Tests --filter {nameof(CheckedInDocumentTests)}
            """;
    }
}
