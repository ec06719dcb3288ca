using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Metering.Server.Engine;

/// <summary>
/// What a batch's commands made, as bytes ready for the store. Many thousands wait to be written out at any time under load; as
/// objects they would keep the garbage collector busier than the meter.
/// </summary>
internal sealed class AppliedRows : IDisposable
{
    /// <summary>What is written is this program's own, so that nobody need look whether it is well-formed.</summary>
    internal static readonly JsonWriterOptions OwnJson = new() { SkipValidation = true };

    private readonly AppliedBytes _bytes;
    private readonly Utf8JsonWriter _writer;

    /// <summary>Empty rows.</summary>
    /// <param name="spare">Where their bytes come from, and go back to.</param>
    internal AppliedRows(Stack<byte[]> spare)
    {
        _bytes = new AppliedBytes(spare);
        _writer = new Utf8JsonWriter(_bytes, OwnJson);
    }

    /// <summary>Ledger entries, in the order of the commands.</summary>
    internal List<AppliedRow> Rows { get; } = [];

    /// <summary>Each license that was changed, with its state after the batch.</summary>
    internal List<(LicenseCell Cell, LicenseState State)> States { get; } = [];

    internal List<(LicenseCell Cell, ClosedDay Day)> ClosedDays { get; } = [];

    /// <summary>What happens to records of closed periods, in the order of the commands.</summary>
    internal List<PeriodRow> Periods { get; } = [];

    internal List<Signal> Signals { get; } = [];

    internal ReadOnlySpan<byte> Entry(in AppliedRow row) => _bytes.Slice(row.Piece, row.Offset, row.EntryLength);

    internal ReadOnlySpan<byte> AnswerBytes(in AppliedRow row) =>
        _bytes.Slice(row.Piece, row.Offset + row.EntryLength, row.AnswerLength);

    internal ReadOnlySpan<byte> BodyHash(in AppliedRow row) =>
        _bytes.Slice(row.Piece, row.Offset + row.EntryLength + row.AnswerLength, row.BodyHashLength);

    /// <summary>What is remembered of a command.</summary>
    internal Remembered Remembered(int index)
    {
        var row = Rows[index];
        var answer = StoredJson.ReadAnswer(AnswerBytes(row), Entry(row));
        var bodyHash = row.BodyHashLength == 0 ? null : Encoding.UTF8.GetString(BodyHash(row));
        return new Remembered(answer, bodyHash, DateTimeOffset.FromUnixTimeMilliseconds(row.At));
    }

    /// <summary>Takes what a command made.</summary>
    /// <returns>
    /// The row by which the command is recognized when it comes again; -1 when it is not. And a checksum of the entries and of the answer
    /// that is remembered.
    /// </returns>
    internal (int Remembered, uint Checksum) Add(PendingCommand command, LicenseCell cell, Outcome outcome)
    {
        var remembered = -1;
        var first = Rows.Count;
        var last = outcome.Entries.Length - 1;
        _bytes.Begin();
        for (var i = 0; i <= last; i++)
        {
            var entry = outcome.Entries[i];
            var row = new AppliedRow
            {
                Cell = cell,
                Sequence = entry.Sequence,
                At = entry.At.ToUnixTimeMilliseconds(),

                // Within the command, which may still move to another piece.
                Piece = 0,
                Offset = _bytes.Length,
                EntryLength = Write(entry, static (writer, value) => StoredJson.Write(writer, value)),
            };
            if (i == last && command.Once is { } once && outcome.IsRemembered)
            {
                row = row with
                {
                    AnswerLength = Write(
                        (outcome.Answer, Entry: entry), static (writer, value) => StoredJson.Write(writer, value.Answer, value.Entry)),
                    BodyHashLength = Write(once.BodyHash),
                    HasKey = once.Key is not null,
                    HasEvent = once.EventId is not null,
                    KeyHash = command.KeyHash,
                    EventHash = command.EventHash,
                };
                remembered = Rows.Count;
            }

            Rows.Add(row);
        }

        var (piece, begin) = _bytes.Place;
        foreach (ref var row in CollectionsMarshal.AsSpan(Rows)[first..])
        {
            row = row with { Piece = piece, Offset = begin + row.Offset };
        }

        foreach (var day in outcome.ClosedDays)
        {
            ClosedDays.Add((cell, day));
        }

        if (outcome.SetBackTo is { } setBackTo)
        {
            Periods.Add(new PeriodRow(cell, null, setBackTo));
        }

        foreach (var period in outcome.ClosedPeriods)
        {
            Periods.Add(new PeriodRow(cell, period, default));
        }

        Signals.AddRange(outcome.Signals.AsSpan());
        return (remembered, Checksum.Of(_bytes.Command));
    }

    /// <summary>Makes it empty, to be used again.</summary>
    internal void Clear()
    {
        _bytes.Clear();
        Rows.Clear();
        States.Clear();
        ClosedDays.Clear();
        Periods.Clear();
        Signals.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private int Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var before = _bytes.Length;
        _writer.Reset(_bytes);
        write(_writer, value);
        _writer.Flush();
        return _bytes.Length - before;
    }

    private int Write(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        var length = Encoding.UTF8.GetBytes(text, _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        _bytes.Advance(length);
        return length;
    }
}
