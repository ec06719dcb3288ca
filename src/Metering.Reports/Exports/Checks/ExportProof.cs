namespace Metering.Reports;

/// <summary>The command <c>verify-export</c>, which is the same on each host, from where the host has opened file and ledger.</summary>
public static class ExportProof
{
    /// <summary>The exit code where the file says what the ledger says.</summary>
    public const int Agrees = 0;

    /// <summary>The exit code where it does not.</summary>
    public const int Differs = 1;

    /// <summary>Proves a file, and tells what was found.</summary>
    /// <param name="sources">Where the ledger is.</param>
    /// <param name="file">The file; it can seek.</param>
    /// <param name="beside">Its manifest.</param>
    /// <param name="output">Takes what differs, and how it came out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns><see cref="Agrees"/> or <see cref="Differs"/>.</returns>
    /// <exception cref="ExportFileException">The manifest is none. A file that can't be read is a difference.</exception>
    public static async Task<int> RunAsync(
        ExportSources sources, Stream file, Stream beside, TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        var manifest = await ManifestFiles.ReadAsync(beside, cancellationToken).ConfigureAwait(false);
        var found = await new ExportCheck(sources, output.WriteLine).RunAsync(file, manifest, cancellationToken).ConfigureAwait(false);
        if (found.Changed > 0)
        {
            await output.WriteLineAsync(
                $"The file is provisional: {Counted.Of(found.Changed, "row has", "rows have")} changed or been added since.")
                .ConfigureAwait(false);
        }

        await output.WriteLineAsync(found.Differences == 0
            ? $"All agrees: {Counted.Of(found.Rows, "row", "rows")}."
            : $"{Counted.Of(found.Differences, "difference", "differences")} in {Counted.Of(found.Rows, "row", "rows")}.")
            .ConfigureAwait(false);
        return found.Differences == 0 ? Agrees : Differs;
    }
}
