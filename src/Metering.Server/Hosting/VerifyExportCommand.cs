using Metering.Reports;
using Metering.Server.Clock;
using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Exports;
using Metering.Server.Storage;
using Metering.Server.Stores;

namespace Metering.Server.Hosting;

/// <summary><c>verify-export</c>: proves a file against the ledger of a data directory that no server is using.</summary>
internal static class VerifyExportCommand
{
    /// <summary>0 when the file says what the ledger says, 1 when it does not.</summary>
    /// <exception cref="CommandLineException">There is no such file, or no manifest beside it.</exception>
    internal static async Task<int> RunAsync(
        ServerArguments arguments, string file, TextWriter output, CancellationToken cancellationToken)
    {
        var options = OfflineCommands.Options(arguments);
        using var directory = OfflineCommands.TakeData(options);
        await using var stream = Open(file, "Name a file that an export has written.");
        await using var beside = Open(ExportNames.Manifest(file), "Each export writes it beside its file; bring it along.");

        // Opening replays the journal: what was acknowledged and not written out is part of what the file is compared with.
        var clock = OfflineCommands.Clock(await WithClockOfAsync(directory, options, output), directory);
        await using var engine = MeterEngine.Open(directory, options, clock);
        var sources = new ExportSources(
            new SqliteLicenseDirectory(engine, clock), new SqliteLedger(engine, clock), new SqliteLedgerScan(engine), engine, engine.Rules);
        try
        {
            return await ExportProof.RunAsync(sources, stream, beside, output, cancellationToken);
        }
        catch (ExportFileException e)
        {
            throw new CommandLineException($"{ExportNames.Manifest(file)}: {e.Message}");
        }
    }

    // A directory knows that its time is a test clock's. By the real time other periods would be over than those that the file tells of.
    private static async Task<ServerOptions> WithClockOfAsync(DataDirectory directory, ServerOptions options, TextWriter output)
    {
        if (options.TestClock || !TestMeterClock.IsIn(directory.Path))
        {
            return options;
        }

        using var clock = TestMeterClock.Open(directory.Path, TimeProvider.System);
        await output.WriteLineAsync($"The data directory has a test clock; by it, it is {clock.UtcNow:yyyy-MM-dd HH:mm} UTC.");
        return options with { TestClock = true };
    }

    private static FileStream Open(string file, string hint)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandLineException($"{file} cannot be opened: {e.Message} {hint}");
        }
    }
}
