using System.Collections.Concurrent;
using System.Collections.Immutable;
using MeterFunctions.Licenses;
using Metering;

namespace MeterFunctions.Turns;

/// <summary>Brings commands to licenses, those of each in their order; reads a license's state by one point read.</summary>
internal sealed class TableMeters(LaneParts parts, LicensePartition partition) : ILicenseMeters
{
    // Idle lanes are small; when there are more than this, those that are idle are dropped.
    private const int MaxLanes = 50_000;
    private const int MaxConcurrentReads = 32;

    private readonly ConcurrentDictionary<string, LicenseLane> _lanes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken)
    {
        ILicenseMeters.Check(commands);
        var answers = Add(licenseId, [.. commands.Select(one => PendingCommand.New(one.Command, one.Once))]);
        return answers is null
            ? [.. Enumerable.Repeat(ApplyResult.Busy, commands.Length)]
            : [.. await Task.WhenAll(answers).WaitAsync(cancellationToken).ConfigureAwait(false)];
    }

    /// <inheritdoc/>
    public async ValueTask<ApplyResult> ApplyAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        var answers = Add(licenseId, [PendingCommand.New(command, once)]);
        return answers is null ? ApplyResult.Busy : await answers[0].WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken) =>
        (await partition.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false))?.State;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LicenseState?>> ReadManyAsync(
        IReadOnlyList<string> licenseIds, CancellationToken cancellationToken)
    {
        // One point read each, some at a time: a query that names many partitions would make Azure read the whole table.
        var states = new List<LicenseState?>(licenseIds.Count);
        foreach (var part in licenseIds.Chunk(MaxConcurrentReads))
        {
            states.AddRange(await Task.WhenAll(part.Select(id => ReadAsync(id, cancellationToken).AsTask())).ConfigureAwait(false));
        }

        return states;
    }

    private Task<ApplyResult>[]? Add(string licenseId, PendingCommand[] commands)
    {
        while (true)
        {
            var lane = Lane(licenseId);
            if (lane.TryAdd(commands, out var answers))
            {
                return answers;
            }

            // With the lane and not by the license alone: another caller may have put a new one there.
            _lanes.TryRemove(new KeyValuePair<string, LicenseLane>(licenseId, lane));
        }
    }

    private LicenseLane Lane(string licenseId)
    {
        if (_lanes.TryGetValue(licenseId, out var lane))
        {
            return lane;
        }

        if (_lanes.Count >= MaxLanes)
        {
            foreach (var (id, known) in _lanes)
            {
                if (known.TryClose())
                {
                    _lanes.TryRemove(new KeyValuePair<string, LicenseLane>(id, known));
                }
            }
        }

        return _lanes.GetOrAdd(licenseId, id => new LicenseLane(id, parts));
    }
}
