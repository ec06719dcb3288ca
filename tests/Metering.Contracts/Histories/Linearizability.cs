using System.Text;

namespace Metering.Contracts.Histories;

/// <summary>
/// Looks for a serial order of a concurrent history (Wing and Gong, with Lowe's memory of what was tried): one in which no operation comes
/// before another that had ended before it began, and in which the domain itself gives every caller what it saw.
/// </summary>
public sealed class Linearizability
{
    /// <summary>Most placements that are tried.</summary>
    public const int MaxSteps = 500_000;

    private const int Told = 8;

    private readonly Operation[] _operations;
    private readonly bool[] _placed;
    private readonly int _maxSteps;
    private readonly string[]? _ledger;
    private readonly List<int> _order = [];
    private readonly HashSet<(string Placed, UInt128 License)> _tried = [];
    private int _known;
    private int _steps;
    private (int[] Order, SerialLicense License) _best = ([], SerialLicense.None);

    private Linearizability(IEnumerable<Operation> history, IEnumerable<LedgerEntry>? ledger, int maxSteps)
    {
        _ledger = ledger?.Select(SerialLicense.TextOf).ToArray();
        // In the order in which they ended: where operations overlap, that is the likeliest. What was lost comes last, because most of it
        // fits anywhere and is tried only when nothing else does.
        _operations = [.. history.OrderBy(operation => operation.Returned).ThenBy(operation => operation.Invoked)];
        _placed = new bool[_operations.Length];
        _known = _operations.Count(operation => operation.IsKnown);
        _maxSteps = maxSteps;
    }

    /// <summary>Checks the history of one license, from before it was opened.</summary>
    /// <param name="history">Its operations, in any order.</param>
    /// <param name="ledger">What is in its ledger at the end: the order must write just these entries. Null: that is not looked at.</param>
    /// <param name="maxSteps">How much is tried before the search is given up.</param>
    public static Verdict Check(IEnumerable<Operation> history, IEnumerable<LedgerEntry>? ledger = null, int maxSteps = MaxSteps)
    {
        var search = new Linearizability(history, ledger, maxSteps);
        return search.Place(SerialLicense.None)
            ? new Verdict(true, true, "", search._best.License.Signals)
            : new Verdict(false, search._steps <= maxSteps, search.Why(), []);
    }

    // Places one more, and all that must follow from it; what does not lead to an order is taken back.
    private bool Place(SerialLicense license)
    {
        var before = _order.Count;
        PlaceWhatChangesNothing(license);
        if (_order.Count > _best.Order.Length)
        {
            _best = ([.. _order], license);
        }

        if ((_known == 0 && license.Sequence == (_ledger?.Length ?? license.Sequence)) || PlaceNext(license))
        {
            return true;
        }

        TakeBackTo(before);
        return false;
    }

    // Whoever saw this very license and left it as it is may come here: nothing that follows would see a difference. So no other place
    // need be tried for it.
    private void PlaceWhatChangesNothing(SerialLicense license)
    {
        for (var again = true; again;)
        {
            again = false;
            foreach (var i in Candidates().Where(i => _operations[i].IsKnown).ToArray())
            {
                _steps++;
                if (_operations[i].After(license).Any(next => ReferenceEquals(next, license)))
                {
                    Put(i);

                    // Others may have waited for this one to end.
                    again = true;
                }
            }
        }
    }

    private bool PlaceNext(SerialLicense license)
    {
        if (IsTooLate(license) || !_tried.Add((PlacedText(), license.Fingerprint())))
        {
            return false;
        }

        foreach (var i in Candidates().ToArray())
        {
            foreach (var next in _operations[i].After(license))
            {
                if (++_steps > _maxSteps)
                {
                    return false;
                }

                // What was lost and changes nothing here need not have happened at all.
                if (ReferenceEquals(next, license) || !IsInLedger(next))
                {
                    continue;
                }

                Put(i);
                if (Place(next))
                {
                    return true;
                }

                TakeBackTo(_order.Count - 1);
            }
        }

        return false;
    }

    // Those that began before any of the others ended.
    private IEnumerable<int> Candidates()
    {
        var firstEnd = Operation.Never;
        for (var i = 0; i < _operations.Length; i++)
        {
            if (!_placed[i])
            {
                // The first that is not placed ends first, because they are in that order.
                firstEnd = _operations[i].Returned;
                break;
            }
        }

        return Enumerable.Range(0, _operations.Length).Where(i => !_placed[i] && _operations[i].Invoked < firstEnd);
    }

    private bool IsTooLate(SerialLicense license)
    {
        for (var i = 0; i < _operations.Length; i++)
        {
            if (!_placed[i] && _operations[i].LastSequence < license.Sequence)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInLedger(SerialLicense license)
    {
        if (_ledger is null)
        {
            return true;
        }

        var at = license.Sequence - license.Entries.Length;
        return license.Sequence <= _ledger.Length
            && license.Entries.Select(SerialLicense.TextOf).SequenceEqual(_ledger.Skip((int)at).Take(license.Entries.Length));
    }

    private void Put(int i)
    {
        _placed[i] = true;
        _order.Add(i);
        _known -= _operations[i].IsKnown ? 1 : 0;
    }

    private void TakeBackTo(int count)
    {
        for (var at = _order.Count - 1; at >= count; at--)
        {
            var i = _order[at];
            _placed[i] = false;
            _known += _operations[i].IsKnown ? 1 : 0;
            _order.RemoveAt(at);
        }
    }

    private string PlacedText() => string.Create(_placed.Length, _placed, (text, placed) =>
    {
        for (var i = 0; i < placed.Length; i++)
        {
            text[i] = placed[i] ? '1' : '0';
        }
    });

    private string Why()
    {
        var (order, license) = _best;
        TakeBackTo(0);
        Array.ForEach(order, Put);
        var text = new StringBuilder(_steps > _maxSteps ? $"Given up after {_maxSteps} steps. " : "There is no serial order. ");
        text.AppendLine($"{order.Length} of {_operations.Length} operations have a place; the last of them:");
        foreach (var i in order.TakeLast(Told))
        {
            text.AppendLine($"  {_operations[i]}");
        }

        text.AppendLine("What could come next, and what the domain would have answered:");
        foreach (var i in Candidates().Where(i => _operations[i].IsKnown))
        {
            text.AppendLine($"  {_operations[i]}").AppendLine($"    but: {_operations[i].Expected(license)}");
        }

        return _ledger is null || license.Sequence >= _ledger.Length
            ? text.ToString()
            : text.AppendLine($"The next entry of the ledger: {_ledger[license.Sequence]}").ToString();
    }
}
