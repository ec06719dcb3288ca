using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Metering.Contracts.Histories;

/// <summary>
/// A license whose commands come one after the other, with the memory of what was counted: what every host must look like from outside.
/// The domain decides; nothing is said a second time here.
/// </summary>
internal sealed record SerialLicense
{
    private static readonly MeterRules Rules = MeterRules.Default;

    private SerialLicense()
    {
    }

    /// <summary>A license that was not opened.</summary>
    public static SerialLicense None { get; } = new();

    /// <summary>The state; null before the license is opened.</summary>
    public LicenseState? State { get; private init; }

    private ImmutableDictionary<string, Remembered> ByKey { get; init; } = ImmutableDictionary<string, Remembered>.Empty;

    private ImmutableDictionary<string, Remembered> ByEvent { get; init; } = ImmutableDictionary<string, Remembered>.Empty;

    // Of all that is remembered, in whatever order it came.
    private UInt128 MemoryHash { get; init; }

    /// <summary>Entries of the last command that had any.</summary>
    public ImmutableArray<LedgerEntry> Entries { get; private init; } = [];

    /// <summary>Every signal so far, in order.</summary>
    public ImmutableList<Signal> Signals { get; private init; } = [];

    /// <summary>Number of the last ledger entry.</summary>
    public long Sequence => State?.Sequence ?? 0;

    /// <summary>Takes a command's turn. The license is the same object when nothing counted.</summary>
    public (SerialLicense Next, ApplyResult Result) Take(Submission submission, DateTimeOffset now)
    {
        var turn = Turn.Take(State, submission, new Memory(this), now, Rules);
        if (turn is not Outcome { Entries.IsEmpty: false } outcome)
        {
            // What moves without evidence (the time last seen, a tally of refusals) shows in no answer: a host may keep it or not.
            return (this, turn.ToApplyResult());
        }

        var next = this with
        {
            State = outcome.State,
            Entries = outcome.Entries,
            Signals = outcome.Signals.IsEmpty ? Signals : Signals.AddRange(outcome.Signals),
        };
        return (next.Remember(submission.Once, outcome), outcome.ToApplyResult());
    }

    /// <summary>What its callers can see of the license.</summary>
    public string View(DateTimeOffset now) => ViewOf(State, now);

    /// <summary>What callers can see of a state.</summary>
    public static string ViewOf(LicenseState? state, DateTimeOffset now) => state is null
        ? "no state"
        : string.Join(
            ' ',
            LicenseMeter.Usage(state, now, Rules).Cast<Answer>()
                .Concat(LicenseMeter.Balances(state, now, Rules))
                .Concat(LicenseMeter.Grants(state, now, Rules))
                .Append(LicenseMeter.License(state, now, Rules))
                .Select(TextOf));

    /// <summary>A result as text, for comparison: in a record, lists are compared by reference.</summary>
    public static string TextOf(ApplyResult result) => result.Answer is null ? $"{result.Status}" : $"{result.Status} {TextOf(result.Answer)}";

    /// <summary>An entry as text, for comparison.</summary>
    public static string TextOf(LedgerEntry entry) =>
        JsonSerializer.Serialize(entry, MeteringJson.Default.LedgerEntry);

    /// <summary>Two licenses with the same fingerprint behave alike from here on.</summary>
    public UInt128 Fingerprint() =>
        MemoryHash ^ (State is null ? UInt128.Zero : Hash(JsonSerializer.SerializeToUtf8Bytes(State, MeteringJson.Default.LicenseState)));

    private static string TextOf(Answer answer) => JsonSerializer.Serialize(answer, MeteringJson.Default.Answer);

    private static UInt128 Hash(ReadOnlySpan<byte> bytes) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(bytes));

    private SerialLicense Remember(Once? once, Outcome outcome)
    {
        if (once is null || !outcome.IsRemembered)
        {
            return this;
        }

        var first = new Remembered(outcome.Answer, once.BodyHash, outcome.Entries[^1].At);
        var text = Encoding.UTF8.GetBytes($"{once} {TextOf(outcome.Answer)}");
        return this with
        {
            ByKey = once.Key is { } key ? ByKey.SetItem(key, first) : ByKey,
            ByEvent = once.EventId is { } eventId ? ByEvent.SetItem(eventId, first) : ByEvent,
            MemoryHash = MemoryHash ^ Hash(text),
        };
    }

    private readonly struct Memory(SerialLicense license) : ITurnMemory
    {
        public Remembered? FindByKey(string key) => license.ByKey.TryGetValue(key, out var first) ? first : null;

        public Remembered? FindByEvent(string eventId) => license.ByEvent.TryGetValue(eventId, out var first) ? first : null;
    }
}
