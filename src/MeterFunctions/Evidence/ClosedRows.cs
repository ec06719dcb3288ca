using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>
/// Rollups, or records of periods, of a license that have left its state, read beside its evidence: each is compared as soon as the command
/// that closed it is replayed, so that a few days are held of however many there are.
/// </summary>
/// <param name="rows">Their rows, in the order of the days.</param>
/// <param name="form">How they are read.</param>
/// <param name="state">The license's state.</param>
/// <param name="findings">Takes what cannot be read.</param>
// No command sets back a license's time on Azure (RepairClock is the server's), so a day is closed once and its rollup can be let go.
internal sealed class ClosedRows<T>(IAsyncEnumerable<TableEntity> rows, ClosedForm<T> form, LicenseState state, Findings findings)
    : IAsyncDisposable
{
    private readonly IAsyncEnumerator<TableEntity> _rows = rows.GetAsyncEnumerator();

    private TableEntity? _next;
    private long _number;
    private bool _began;

    /// <summary>The highest number that a row bears.</summary>
    public long Highest { get; private set; }

    /// <summary>Hands over those that were closed by a number.</summary>
    public async ValueTask SettleAsync(LicenseReplay replay, long through)
    {
        if (!_began)
        {
            _began = true;
            await MoveAsync().ConfigureAwait(false);
        }

        for (; _next is { } row && _number <= through; await MoveAsync().ConfigureAwait(false))
        {
            Take(row, replay);
        }
    }

    /// <summary>Hands over the rest, but for what came after the state.</summary>
    public async ValueTask EndAsync(LicenseReplay replay)
    {
        await SettleAsync(replay, state.Sequence).ConfigureAwait(false);
        for (; _next is not null; await MoveAsync().ConfigureAwait(false))
        {
            // Days are closed in their order for each feature alone, so one that counts may come behind one that does not.
            if (_number <= state.Sequence)
            {
                Take(_next, replay);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _rows.DisposeAsync();

    private void Take(TableEntity row, LicenseReplay replay)
    {
        var closed = Damage.Read(() => form.Read(row), out var fault);
        if (closed is null)
        {
            findings.Add($"the {form.Name} in row {row.RowKey} cannot be read: {fault}");
        }
        else if (closed.Any(one => row.RowKey != form.KeyOf(one, _number)))
        {
            findings.Add($"the {form.Name} in row {row.RowKey} are of another day");
        }
        else
        {
            foreach (var one in closed)
            {
                form.Settle(replay, one);
            }
        }
    }

    private async ValueTask MoveAsync()
    {
        while (await _rows.MoveNextAsync().ConfigureAwait(false))
        {
            if (TableKeys.TryDayNumber(_rows.Current.RowKey, out _number))
            {
                (_next, Highest) = (_rows.Current, Math.Max(Highest, _number));
                return;
            }

            findings.Add($"row {_rows.Current.RowKey} lies among its {form.Name} and is none");
        }

        _next = null;
    }
}
