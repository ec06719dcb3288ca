using Metering.Cli.Runs;
using Metering.Client;
using Metering.Client.Admin;

namespace Metering.Cli.Events.Import;

/// <summary>Sends the rows of a file in order, batch by batch, and notes after each how far it is.</summary>
internal sealed class Importer(MeteringAdmin admin, IImportRows rows, RejectFile rejects, Action<ImportState> keep)
{
    private const string NotAnEvent = "not_an_event";

    // Far below what the meter takes in a request.
    private const int BatchRows = 500;
    private const int MostTries = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly List<ImportRow> _batch = new(BatchRows);

    /// <summary>Goes on after the rows that are done, to the end.</summary>
    /// <returns>How far it came.</returns>
    public async Task<ImportState> RunAsync(ImportState done, CancellationToken stop)
    {
        while (await rows.ReadAsync(stop).ConfigureAwait(false) is { } row)
        {
            _batch.Add(row);
            if (_batch.Count == BatchRows)
            {
                done = await SendAsync(done, stop).ConfigureAwait(false);
            }
        }

        return _batch.Count == 0 ? done : await SendAsync(done, stop).ConfigureAwait(false);
    }

    private async Task<ImportState> SendAsync(ImportState done, CancellationToken stop)
    {
        var (sent, counted, duplicates, rejected) = (new List<ImportRow>(_batch.Count), 0, 0, 0);
        foreach (var row in _batch)
        {
            if (row.Event is not null)
            {
                sent.Add(row);
                continue;
            }

            rejects.Add(row, NotAnEvent, row.Fault!);
            rejected++;
        }

        if (sent.Count > 0)
        {
            var answer = await TryAsync([.. sent.Select(row => row.Event!)], stop).ConfigureAwait(false);
            (counted, duplicates) = (answer.Accepted, answer.Duplicates);
            foreach (var one in answer.Rejected)
            {
                rejects.Add(sent[one.Index], one.Code, one.Detail);
                rejected++;
            }
        }

        rejects.Flush();
        done = done with
        {
            Rows = _batch[^1].Number,
            Chain = rows.Chain,
            Counted = done.Counted + counted,
            Duplicates = done.Duplicates + duplicates,
            Rejected = done.Rejected + rejected,
            RejectedBytes = rejects.Bytes,
        };
        _batch.Clear();
        keep(done);
        return done;
    }

    // If the meter stopped, the rest is sent in a request of its own.
    private async Task<SentEvents> TryAsync(UsageEvent[] events, CancellationToken stop)
    {
        var (sum, done) = (new SentEvents(), 0);
        while (true)
        {
            var answer = await TryPartAsync(events[done..], stop).ConfigureAwait(false);
            var looked = answer.Rejected.Where(one => one.Index != answer.StoppedAt).Select(one => one with { Index = done + one.Index });
            sum = new SentEvents
            {
                Accepted = sum.Accepted + answer.Accepted,
                Duplicates = sum.Duplicates + answer.Duplicates,
                Rejected = [.. sum.Rejected, .. looked],
            };
            if (answer.StoppedAt is not { } stopped)
            {
                return sum;
            }

            done += stopped;
        }
    }

    // What counted in a try before is a duplicate in the next one; it is counted as new all the same, for that is what it was to this run.
    private async Task<SentEvents> TryPartAsync(UsageEvent[] events, CancellationToken stop)
    {
        var fresh = 0;
        for (var (tries, pause) = (1, FirstPause); ; tries++, pause *= 2)
        {
            var answer = await admin.Events.SendAsync(events, stop).ConfigureAwait(false);
            if (answer.StoppedAt != 0 && !answer.Rejected.Any(one => one.IsToBeSentAgain))
            {
                return answer with { Accepted = answer.Accepted + fresh, Duplicates = answer.Duplicates - fresh };
            }

            if (tries == MostTries)
            {
                throw new ToolException(
                    ExitCode.Unreachable, "The meter is too busy. Progress is saved: run the same command again later to continue.");
            }

            fresh += answer.Accepted;
            await Task.Delay(pause, stop).ConfigureAwait(false);
        }
    }
}
