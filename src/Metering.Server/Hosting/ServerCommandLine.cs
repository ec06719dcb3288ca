using System.CommandLine;
using CliCommand = System.CommandLine.Command;

namespace Metering.Server.Hosting;

/// <summary>Which commands and options there are, and what is asked of their values.</summary>
internal static class ServerCommandLine
{
    internal static readonly Option<string> Urls = new("--urls")
    {
        Description = "Where to listen, such as http://0.0.0.0:8080 (default: http://127.0.0.1:8080).",
    };

    internal static readonly Option<string> Data = new("--data")
    {
        Description = "The directory that holds everything (default: ./data); created if it is missing.",
        Recursive = true,
    };

    internal static readonly Option<bool> Demo = new("--demo")
    {
        Description = "Put three months of demo data in and print curl lines to try.",
    };

    internal static readonly Option<bool> TestClock = new("--test-clock")
    {
        Description = "Use a clock that stands still and may be set with PUT /api/v1/test-clock. Never in production.",
    };

    internal static readonly Option<string> ConfirmClock = new("--confirm-clock")
    {
        Description = "What time it is, such as 2026-11-26: confirms that the clock is right though it is far from the time at which the data was last written.",
        Recursive = true,
    };

    internal static readonly Option<string> License = new("--license")
    {
        Description = "The license to repair; without it, every license that has seen a time later than now.",
    };

    internal static readonly Option<string> To = new("--to")
    {
        Description = "The directory to make; it must not exist yet, and the one above it must exist.",
        Required = true,
    };

    internal static readonly Option<string> Url = new("--url")
    {
        Description = $"Where the server listens; without it, {ServerAddress.Variable} is used, else {MeteringServer.DefaultUrl}.",
    };

    internal static readonly Argument<string> ExportedFile = new("file")
    {
        Description = "The file; its manifest lies beside it.",
    };

    internal static RootCommand Create()
    {
        var verify = new CliCommand(
            "verify",
            "Derives every license from its ledger and compares it with what is stored. Exits with 1 if anything differs. "
            + "The server must not be running.");
        verify.SetAction(result => OfflineCommands.Verify(
            Arguments(result), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        var verifyExport = new CliCommand(
            "verify-export",
            "Compares an export's file with its manifest and, row by row, with the ledger. Exits with 1 if anything differs. "
            + "The server must not be running.")
        {
            ExportedFile,
        };
        verifyExport.SetAction((result, cancellationToken) => VerifyExportCommand.RunAsync(
            Arguments(result), result.GetValue(ExportedFile)!, result.InvocationConfiguration.Output, cancellationToken));
        var backup = new CliCommand(
            "backup",
            "Copies the data directory as it is at one moment. The server may be running, and goes on counting; or it may be stopped.")
        {
            To,
        };
        backup.SetAction((result, cancellationToken) => BackupCommand.Run(
            Arguments(result), result.GetValue(To)!, result.InvocationConfiguration.Output, cancellationToken));
        var health = new CliCommand("health", "Asks a running server whether it can count. Exits with 1 if it can't, or does not answer.")
        {
            Url,
        };
        health.SetAction((result, cancellationToken) => HealthCommand.RunAsync(
            result.GetValue(Url), result.InvocationConfiguration.Output, cancellationToken));
        var accept = new CliCommand(
            "accept-files",
            "Accepts files from different moments, for instance after one of them was restored alone. If journal.db does not belong to meter.db, it is set aside, and what only it held is lost. The server must not be running.");
        accept.SetAction(result => OfflineCommands.AcceptFiles(Arguments(result), result.InvocationConfiguration.Output));
        var repair = new CliCommand(
            "repair-clock",
            "Brings back licenses that a wrong clock took into the future, with an entry in their ledgers. Set the clock right first. The server must not be running.")
        {
            License,
        };
        repair.SetAction((result, _) => RepairClockCommand.RunAsync(
            Arguments(result), result.GetValue(License), result.InvocationConfiguration.Output));
        var rotate = new CliCommand(
            "rotate", "Makes a new key that signs leases; the old one stays valid for as long as its leases can last. The server must not be running.");
        rotate.SetAction(result => OfflineCommands.RotateLeaseKey(Arguments(result), result.InvocationConfiguration.Output));
        var root = new RootCommand(
            "Metering server: quotas, credits and evidence for software sold by use. "
            + "Options of the configuration can be given too: --Metering:MaxCachedLicenses=50000, or Metering__MaxCachedLicenses in the environment. "
            + "Exit codes: 0 done or told to stop, 1 not possible now or something differs, 2 something was set wrong, 3 stopped unasked.")
        {
            Urls, Data, Demo, TestClock, ConfirmClock, health, backup, verify, verifyExport, accept, repair, new CliCommand(
                "lease-key",
                "The key that signs lease tokens.") { rotate }, TokenCommandLine.Create(),
        };

        // What is left over may be options of the configuration; Arguments refuses what is not.
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((result, cancellationToken) => OnlineCommand.RunAsync(Arguments(result), cancellationToken));
        return root;
    }

    /// <summary>What a parsed command line says.</summary>
    /// <exception cref="CommandLineException">Something in it is not understood.</exception>
    internal static ServerArguments Arguments(ParseResult result)
    {
        var settings = result.UnmatchedTokens;
        if (settings.FirstOrDefault(token => !token.StartsWith("--", StringComparison.Ordinal)
            || !token.Contains(':', StringComparison.Ordinal)
            || !token.Contains('=', StringComparison.Ordinal)) is { } unknown)
        {
            throw new CommandLineException(
                $"'{unknown}' is not an option. See --help. Options of the configuration are given as --Section:Name=value.");
        }

        return new ServerArguments(
            result.GetValue(Urls), result.GetValue(Data), result.GetValue(Demo), result.GetValue(TestClock),
            result.GetValue(ConfirmClock), [.. settings]);
    }

    /// <summary>Reads the command line of a server that is started in this process.</summary>
    /// <exception cref="CommandLineException">Something in it is not understood.</exception>
    internal static ServerArguments Parse(string[] args)
    {
        var result = Create().Parse(args);
        return result.Errors.Count == 0
            ? Arguments(result)
            : throw new CommandLineException(string.Join(Environment.NewLine, result.Errors.Select(error => error.Message)));
    }
}
