using System.CommandLine;
using Metering.Reports;
using Microsoft.Extensions.DependencyInjection;
using CliCommand = System.CommandLine.Command;

namespace MeterFunctions.Hosting;

/// <summary>
/// <c>verify-export</c>: proves a file, in the container or on the disk, against the ledger in the tables. As <see cref="VerifyCommand"/>
/// it writes nothing, and may run while the app does.
/// </summary>
internal static class VerifyExportCommand
{
    private static readonly Argument<string> ExportedFile = new("file")
    {
        Description = "The file: its path, its address as the export's answer has it, or its name in the container. Its manifest lies beside it.",
    };

    /// <summary>Its arguments, and what it does with them on the services that <paramref name="line"/> opens.</summary>
    public static CliCommand Create(CommandLine line)
    {
        var command = new CliCommand(
            "verify-export",
            "Compares an export's file with its manifest and, row by row, with the ledger. It only reads; the app may be running. "
            + "Exits with 1 if anything differs, with 2 if not everything could be checked.")
        {
            ExportedFile,
        };
        command.SetAction((result, stop) => line.RunAsync(
            result,
            services => VerifyAsync(services, result.GetRequiredValue(ExportedFile), line.Output, stop),
            () => Task.CompletedTask,
            stop));
        return command;
    }

    private static async Task<int> VerifyAsync(IServiceProvider services, string file, TextWriter output, CancellationToken stop)
    {
        var sink = services.GetRequiredService<IExportSink>();
        try
        {
            await using var stream = await OpenAsync(sink, file, stop).ConfigureAwait(false)
                ?? throw new FormatException($"There is no file {file}, on the disk or in the container of exports.");
            await using var beside = await OpenAsync(sink, ExportNames.Manifest(file), stop).ConfigureAwait(false)
                ?? throw new FormatException(
                    $"There is no file {ExportNames.Manifest(file)}. Each export writes it beside its file; bring it along.");
            return await ExportProof.RunAsync(services.GetRequiredService<ExportSources>(), stream, beside, output, stop)
                .ConfigureAwait(false);
        }
        catch (ExportFileException wrong)
        {
            throw new FormatException($"{ExportNames.Manifest(file)}: {wrong.Message}", wrong);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or FormatException)
            && sink.Explain(fault) is { } explained)
        {
            throw new IOException(explained.Message, fault);
        }
    }

    private static async ValueTask<Stream?> OpenAsync(IExportSink sink, string file, CancellationToken stop) => File.Exists(file)
        ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read)
        : await sink.OpenAsync(NameOf(sink, file), stop).ConfigureAwait(false);

    // The address of the container is that of a name in it, without the name.
    private static string NameOf(IExportSink sink, string file)
    {
        const string Any = "file";
        var container = sink.LocationOf(Any)[..^Any.Length];
        return file.StartsWith(container, StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(file[container.Length..]) : file;
    }
}
