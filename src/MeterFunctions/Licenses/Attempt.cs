using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>
/// Commands that are decided on one state, and the one transaction that writes what they come to: the state with <c>If-Match</c>, a row of
/// evidence for each command, its identities, the days and periods that it closes, and the signals of all of them.
/// </summary>
internal sealed class Attempt
{
    // Azure's own limits for a transaction: 100 rows, 4 MiB.
    private const int MaxRows = 100;

    // Beside the state row, which may be as large as a row can be; in Base64 a body grows by a third.
    private const int MaxChars = 5 * 512 * 1024;

    // The state row and the signals' row.
    private const int SharedRows = 2;

    // Names, types and headers of a row in the request.
    private const int RowOverhead = 800;

    private readonly string _licenseId;
    private readonly StoredLicense? _before;
    private readonly IdentityMemory _memory;
    private readonly DateTimeOffset _now;
    private readonly MeterRules _rules;
    private readonly LedgerChain _chain;
    private readonly DateTimeOffset _retentionAt;
    private readonly bool _isOver;
    private readonly List<TableTransactionAction> _actions = [];
    private readonly List<Signal> _signals = [];
    private ImmutableArray<ClosedDay> _closedDays;
    private int _chars;

    /// <summary>Nothing yet.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="before">It, as it is stored; null when it has no state.</param>
    /// <param name="memory">What is known of the commands' identities.</param>
    /// <param name="message">The message that brought the commands; null when no message did.</param>
    /// <param name="now">The host's time, UTC.</param>
    /// <param name="rules">The operator's rules.</param>
    public Attempt(
        string licenseId, StoredLicense? before, IdentityMemory memory, MessagePlace? message, DateTimeOffset now, MeterRules rules)
    {
        (_licenseId, _before, _memory, _now, _rules) = (licenseId, before, memory, now, rules);
        _chain = new LedgerChain(before?.Link ?? default);
        (State, _closedDays) = (before?.State, before?.ClosedDays ?? []);
        Answered = before?.Answered ?? AnsweredMessages.None;
        _isOver = message is not null && Answered.Include(message);

        // Also when the clock was set back: no time is ever out of reach.
        IsRetentionDue = before is not null && (now - before.RetentionAt).Duration() >= RetentionInterval;
        _retentionAt = before is null || IsRetentionDue ? now : before.RetentionAt;
        memory.StartOver();
    }

    /// <summary>How often retention looks at a license that commits.</summary>
    public static readonly TimeSpan RetentionInterval = TimeSpan.FromDays(1);

    /// <summary>Whether retention is to look at the license once this is committed. The state's row then says that it was.</summary>
    public bool IsRetentionDue { get; }

    /// <summary>The id of the commit, which its rows carry.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The state after the commands that were taken.</summary>
    public LicenseState? State { get; private set; }

    /// <summary>The days that left the state and have no row yet: a refusal closes them too, and writes nothing.</summary>
    public ImmutableArray<ClosedDay> ClosedDays => _closedDays;

    /// <summary>The number of the first entry that it adds; 0 when it adds none.</summary>
    public long First { get; private set; }

    /// <summary>Whether there is anything to write.</summary>
    public bool HasRows => First > 0;

    /// <summary>Messages of which something was refused, once this is written.</summary>
    public AnsweredMessages Answered { get; private set; }

    /// <summary>Whether it tells anything to webhooks.</summary>
    public bool HasSignals => _signals.Count > 0;

    /// <summary>What the commands came to, in their order.</summary>
    public List<Taken> Results { get; } = [];

    /// <summary>
    /// Whether all of the commands were counted before. What is remembered is so on whichever state they are decided, so it may leave at
    /// once.
    /// </summary>
    public bool IsAllRemembered => Results.TrueForAll(taken => taken.IsRemembered);

    /// <summary>Row keys of the commands that would be written.</summary>
    public List<string> Inserted { get; } = [];

    /// <summary>
    /// Row keys of commands whose answer adds nothing, and which were not looked up yet: a command that was counted before gets its first
    /// answer even when it would be refused by now.
    /// </summary>
    public List<string> NotLookedUp { get; } = [];

    /// <summary>Takes the turn of a command, if its rows still fit.</summary>
    /// <returns>False when it belongs into the next transaction.</returns>
    public bool TryTake(PendingCommand command)
    {
        if (_memory.FindOwn(command) is { } own)
        {
            Results.Add(new Taken(new ApplyResult(ApplyStatus.Applied, own), IsRemembered: true));
            return true;
        }

        if (_isOver)
        {
            // What of the message counted was counted before this, and is found by its identity.
            LookUpLater([.. Identity.Of(command)]);
            Results.Add(new Taken(ApplyResult.Busy, IsRemembered: false));
            return true;
        }

        var submission = new Submission(State?.LicenseId ?? _licenseId, command.Command, command.Once);
        var turn = Turn.Take(State, submission, new IdentityRows(_memory), _now, _rules);
        var identities = Identity.Of(command).ToImmutableArray();
        if (turn is not Outcome outcome)
        {
            if (turn is not (Repeat or KeyReused))
            {
                LookUpLater(identities);
            }

            Results.Add(new Taken(turn.ToApplyResult(), IsRemembered: turn is Repeat or KeyReused));
            return true;
        }

        if (!outcome.IsRemembered)
        {
            LookUpLater(identities);
            identities = [];
        }

        var closedDays = _closedDays.AddRange(outcome.ClosedDays);
        if (!outcome.Entries.IsEmpty)
        {
            if (!TryAdd(command, outcome, identities, closedDays))
            {
                return false;
            }

            closedDays = [];
        }

        (State, _closedDays) = (outcome.State, closedDays);
        _signals.AddRange(outcome.Signals);
        Results.Add(new Taken(turn.ToApplyResult(), outcome.IsRemembered));
        return true;
    }

    /// <summary>
    /// All commands of a message have been taken. If some of it was refused, that is written, so that what was refused stays refused.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="wasRefused">Whether some of what was taken before this was refused.</param>
    /// <returns>Whether that has to be written.</returns>
    public bool End(MessagePlace message, bool wasRefused)
    {
        var isNews = !_isOver && (wasRefused || HasRefused);
        Answered = isNews ? Answered.With(message) : Answered;
        return isNews;
    }

    /// <summary>Whether it has taken a command that left nothing in the license's rows.</summary>
    public bool HasRefused => Results.Exists(taken => !taken.IsRemembered);

    /// <summary>A command met a fault of ours: its caller is told, and the others go on.</summary>
    public void Fail() => Results.Add(new Taken(ApplyResult.Failed, IsRemembered: false));

    /// <summary>The transaction; the state comes first, so that a lost race shows as that and as nothing else.</summary>
    public List<TableTransactionAction> ToTransaction()
    {
        var (state, _) = LicenseRows.State(State!, _chain.Last, Id, _retentionAt, Answered);
        var actions = new List<TableTransactionAction>(_actions.Count + SharedRows)
        {
            _before is null
                ? new TableTransactionAction(TableTransactionActionType.Add, state)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, state, _before.ETag),
        };
        actions.AddRange(_actions);
        if (_signals.Count > 0)
        {
            var (row, _) = LicenseRows.Signals(_licenseId, First, [.. _signals]);
            actions.Add(new TableTransactionAction(TableTransactionActionType.Add, row));
        }

        return actions;
    }

    /// <summary>The license as it is stored once the transaction is committed.</summary>
    public StoredLicense After(ETag etag, long startedAt) =>
        new(State!, _chain.Last, etag, Id, IsReserved: false, _retentionAt, startedAt) { ClosedDays = _closedDays, Answered = Answered };

    private void LookUpLater(ImmutableArray<Identity> identities) =>
        NotLookedUp.AddRange(identities.Select(identity => identity.RowKey).Where(rowKey => !_memory.IsKnown(rowKey)));

    private bool TryAdd(
        PendingCommand command, Outcome outcome, ImmutableArray<Identity> identities, ImmutableArray<ClosedDay> closedDays)
    {
        var part = _chain.Make(outcome.Entries, identities, outcome.Answer);
        var actions = new List<TableTransactionAction>(identities.Length + 1);
        var chars = 0;
        Insert(LicenseRows.Evidence(_licenseId, part, Id));
        foreach (var identity in identities)
        {
            // One whose memory is over is still there, and is replaced: as it was read, so that no other writer's is lost.
            var row = LicenseRows.Identity(_licenseId, part, identity, command.Id);
            Add(row, _memory.Forgotten(identity.RowKey));
        }

        foreach (var day in closedDays.GroupBy(day => day.Rollup.Day))
        {
            Insert(LicenseRows.Day(_licenseId, day.Key, part.First, [.. day]));
        }

        foreach (var ended in outcome.ClosedPeriods.GroupBy(period => DateOnly.FromDateTime(period.Period.End!.Value.UtcDateTime)))
        {
            Insert(LicenseRows.Periods(_licenseId, ended.Key, part.First, [.. ended]));
        }

        // The first one always goes: MeterLimits bound what one command can need (MeterLimits' tests hold it).
        var fits = _actions.Count + actions.Count + SharedRows <= MaxRows && _chars + chars <= MaxChars;
        if (_actions.Count > 0 && !fits)
        {
            return false;
        }

        _chain.Take(part);
        _actions.AddRange(actions);
        _chars += chars;
        First = First == 0 ? part.First : First;
        foreach (var identity in identities)
        {
            Inserted.Add(identity.RowKey);
            _memory.Add(
                identity.RowKey,
                new IdentityRow(
                    part.First, command.Id, new Remembered(outcome.Answer, identity.BodyHash, outcome.Entries[^1].At), ETag: null));
        }

        return true;

        void Insert((TableEntity Row, int Size) row) => Add(row, null);

        void Add((TableEntity Row, int Size) row, ETag? replaced)
        {
            chars += (row.Size * 4 / 3) + RowOverhead;
            actions.Add(replaced is { } etag
                ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row.Row, etag)
                : new TableTransactionAction(TableTransactionActionType.Add, row.Row));
        }
    }
}
