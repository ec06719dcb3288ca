namespace Metering.Cli.Events.Import;

/// <summary>Reads a file of events, row by row, in memory that does not grow with it.</summary>
internal interface IImportRows : IAsyncDisposable
{
    /// <summary>The columns of CSV; null for lines of JSON.</summary>
    IReadOnlyList<string>? Columns { get; }

    /// <summary>What all rows up to and including the last one hash to; it changes when any of them does.</summary>
    string Chain { get; }

    /// <summary>The next row; null at the end.</summary>
    /// <exception cref="Runs.ToolException">The file can't be read any further.</exception>
    ValueTask<ImportRow?> ReadAsync(CancellationToken stop);
}
