using Azure;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>
/// What is known of a license's remembered commands while an attempt is made: what was looked up, what turned out to be forgotten, and what
/// the attempt itself adds.
/// </summary>
/// <remarks>
/// What was found stays true: a row never changes but when its memory is over. That a row was not there is true only until another
/// writer commits, so it is not kept beyond the state that the attempt was made on.
/// </remarks>
internal sealed class IdentityMemory
{
    /// <summary>
    /// How long a submission without a key and an event id is known: long enough for every attempt of ours to have ended.
    /// </summary>
    public static readonly TimeSpan SubmissionMemory = TimeSpan.FromDays(1);

    private readonly Dictionary<string, IdentityRow> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ETag> _forgotten = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lookedUp = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IdentityRow> _added = new(StringComparer.Ordinal);

    /// <summary>Whether an identity was looked up on the present state, or is known to have been counted.</summary>
    public bool IsKnown(string rowKey) => _lookedUp.Contains(rowKey) || _found.ContainsKey(rowKey) || _added.ContainsKey(rowKey);

    /// <summary>What is remembered under a row key; null when nothing is.</summary>
    public IdentityRow? Find(string rowKey) => _added.GetValueOrDefault(rowKey) ?? _found.GetValueOrDefault(rowKey);

    /// <summary>
    /// The answer of this very submission, where it was counted; null where it was not. That is no repeat: its caller has had no answer
    /// yet.
    /// </summary>
    public Answer? FindOwn(PendingCommand command)
    {
        foreach (var identity in Identity.Of(command))
        {
            if (Find(identity.RowKey) is { } row && row.Submission == command.Id)
            {
                return row.Remembered.Answer;
            }
        }

        return null;
    }

    /// <summary>The row that is there although its memory is over, which a new one is to replace; null when there is none.</summary>
    public ETag? Forgotten(string rowKey) => _forgotten.TryGetValue(rowKey, out var etag) ? etag : null;

    /// <summary>Takes what a look-up found.</summary>
    /// <param name="asked">The row keys that were looked up.</param>
    /// <param name="rows">Those that are there.</param>
    /// <param name="now">The host's time, UTC.</param>
    /// <param name="rules">What the operator has set.</param>
    public void Learn(IEnumerable<string> asked, IReadOnlyDictionary<string, IdentityRow> rows, DateTimeOffset now, MeterRules rules)
    {
        foreach (var rowKey in asked)
        {
            _lookedUp.Add(rowKey);
            _forgotten.Remove(rowKey);
            if (!rows.TryGetValue(rowKey, out var row))
            {
                continue;
            }

            if (IsForgotten(rowKey, row.Remembered, now, rules))
            {
                _forgotten[rowKey] = row.ETag!.Value;
            }
            else
            {
                _found[rowKey] = row;
            }
        }
    }

    /// <summary>Adds what the transaction under way counts.</summary>
    public void Add(string rowKey, IdentityRow row) => _added[rowKey] = row;

    /// <summary>Forgets what the transaction under way would have added: it is decided anew.</summary>
    public void StartOver() => _added.Clear();

    /// <summary>The transaction is committed: what it added is counted.</summary>
    public void Commit()
    {
        foreach (var (rowKey, row) in _added)
        {
            _found[rowKey] = row;
        }

        _added.Clear();
    }

    /// <summary>Another state is decided on: that a row was not there before it was read says nothing now.</summary>
    public void Renew()
    {
        _added.Clear();
        _lookedUp.Clear();
        _forgotten.Clear();
    }

    private static bool IsForgotten(string rowKey, Remembered remembered, DateTimeOffset now, MeterRules rules) =>
        TableKeys.IsIdentityOfSubmission(rowKey) ? remembered.At <= now - SubmissionMemory : remembered.IsForgotten(now, rules);
}
