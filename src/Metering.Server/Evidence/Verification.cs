using System.Globalization;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Evidence;

/// <summary>
/// Proves what a data directory says (rule 9): license by license, on all processors, and then what belongs to none. What it keeps in
/// memory does not grow with what it reads.
/// </summary>
internal sealed class Verification : IDisposable
{
    private const int MaxThreads = 8;

    // With fewer, opening another connection costs more than it saves.
    private const int RowsAThread = 1_000;

    // Small enough for the processor's own cache: rows are read once and in order, so a larger one would hold nothing that is asked for
    // again, and each page would be read into cold memory.
    private const int CacheKib = 2 * 1024;

    private readonly string _file;
    private readonly OpenedFiles _files;
    private readonly VerificationScope _scope;
    private readonly VerificationProgress _progress;
    private readonly Findings _findings;
    private long _rows;
    private long _holders;

    private Verification(
        DataDirectory directory, ServerOptions options, TextWriter output, TextWriter progress, TimeProvider time, ILogger logger)
    {
        _file = directory.StoreFile;

        // Opening replays the journal: what was acknowledged and not written out is part of what is proven.
        _files = OpenedFiles.Open(directory, options, logger);
        _scope = VerificationScope.Of(_files.Store, options);
        _progress = new VerificationProgress(progress, time, _scope.Rows);
        _findings = new Findings(output);
    }

    /// <summary>Compares, and writes what does not agree, one line each.</summary>
    /// <param name="directory">The data directory; no server may be using it.</param>
    /// <param name="options">How the engine is sized; its journal is replayed first.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="progress">Where to say how far it is.</param>
    /// <param name="time">When to say it.</param>
    /// <param name="logger">Where the replay of the journal is told.</param>
    /// <returns>How many differences there are.</returns>
    internal static long Run(
        DataDirectory directory, ServerOptions options, TextWriter output, TextWriter progress, TimeProvider time, ILogger logger)
    {
        using var verification = new Verification(directory, options, output, progress, time, logger);
        verification.LookAtLicenses();
        new StrayRows(verification._files.Store, verification._scope, verification._findings)
            .Run(verification._rows, verification._holders);
        output.WriteLine(
            Counted.Differences(verification._findings.Count, verification._progress.Licenses, verification._progress.Entries));
        output.WriteLine(Counted.NotCompared);
        return verification._findings.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Close();

    private void LookAtLicenses()
    {
        var keys = new LicenseKeys(_files.Store, _findings);
        var threads = (int)Math.Clamp(_scope.Rows / RowsAThread, 1, Math.Min(Environment.ProcessorCount, MaxThreads));
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            using var store = Database.OpenReader(_file, CacheKib);

            // Nobody writes meanwhile; one transaction for all saves the many look-ups from opening one each.
            store.BeginRead();
            var directory = new DirectoryCheck(store);
            while (keys.Next() is { Count: > 0 } some)
            {
                foreach (var key in some)
                {
                    Look(store, directory, key);
                }
            }

            Interlocked.Add(ref _holders, directory.Holders);
        });
    }

    private void Look(Database store, DirectoryCheck directory, long key)
    {
        var findings = new LicenseFindings { Name = string.Create(CultureInfo.InvariantCulture, $"license {key}") };
        var check = new LicenseCheck(store, _scope, _progress, findings, key);
        check.Run();
        if (check.State is { } state)
        {
            directory.Run(state, findings);
        }

        Interlocked.Add(ref _rows, check.Rows);
        _findings.Tell(findings);
    }
}
