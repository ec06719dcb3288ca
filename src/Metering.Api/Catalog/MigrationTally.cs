namespace Metering.Api;

/// <summary>How far a migration has come.</summary>
/// <param name="Progress">The migration. Licenses that could not be moved are among those that were skipped, and its problem tells of them.</param>
/// <param name="Failed">How many licenses could not be moved.</param>
public readonly record struct MigrationTally(Migration Progress, int Failed)
{
    // A few licenses may be damaged. When more fail, something else is wrong, and each would add to the log.
    private const int MaxFailed = 100;

    private const string Unfinished = "It stopped before its end. It may be started again.";

    /// <summary>Whether so many licenses could not be moved that the migration is to stop.</summary>
    public bool HasFailed => Failed > MaxFailed;

    /// <summary>Adds what became of some licenses.</summary>
    public MigrationTally With(IReadOnlyCollection<MoveResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var moved = results.Count(result => result == MoveResult.Moved);
        var failed = Failed + results.Count(result => result == MoveResult.Failed);
        var progress = Progress with
        {
            Migrated = Progress.Migrated + moved,
            Skipped = Progress.Skipped + results.Count - moved,
            Total = Progress.Total + results.Count,
            Problem = failed == 0 ? Progress.Problem : $"Licenses that could not be moved: {failed}. The log names them.",
        };
        return new MigrationTally(progress, failed);
    }

    /// <summary>The migration when every license was looked at; it has failed when most of them could not be moved.</summary>
    public Migration Ended() =>
        Progress with { Status = Failed > Progress.Total / 2 ? MigrationStatus.Failed : MigrationStatus.Completed };

    /// <summary>The migration when it stops before.</summary>
    public Migration Stopped() => Progress with
    {
        Status = MigrationStatus.Failed,
        Problem = Progress.Problem is { } problem ? $"{Unfinished} {problem}" : Unfinished,
    };
}
