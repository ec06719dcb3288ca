using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Metering.Server.Engine;

/// <summary>
/// Journaled commands as the bytes of one journal row. First the form, with what the commands were decided, and the host's time, once
/// for all. Then each record: license id, time (ms), sequence number and checksum of the outcome that the command led to, idempotency key,
/// body hash, event id, command as JSON. Texts are UTF-8 with their length before them; -1 stands for none. Last a checksum of all of
/// that: what a disk has changed could else be another command, which would be decided as if it had been acknowledged.
/// </summary>
/// <param name="decidedBy">With what the commands are decided: <see cref="DecidedBy"/> as bytes.</param>
internal sealed class JournalBlock(byte[] decidedBy)
{
    /// <summary>The form of a block, its first byte.</summary>
    internal const byte Form = 3;

    private const int Initial = 16 * 1024;
    private readonly ArrayBufferWriter<byte> _bytes = new(Initial);
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private Utf8JsonWriter? _writer;
    private bool _isSealed;

    /// <summary>How many records there are.</summary>
    internal int Count { get; private set; }

    /// <summary>How many bytes there are.</summary>
    internal int Length => _bytes.WrittenCount;

    /// <summary>Ends the block: its bytes, with their checksum. Nothing can be added after that.</summary>
    internal ReadOnlySpan<byte> Seal()
    {
        if (!_isSealed)
        {
            _isSealed = true;
            Put((int)Checksum.Of(_bytes.WrittenSpan));
        }

        return _bytes.WrittenSpan;
    }

    /// <summary>Adds a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hostNow">The host's time; that of the first command is the block's.</param>
    /// <param name="now">The license's time, which may be later (rule 2).</param>
    /// <param name="sequence">The license's sequence number after it.</param>
    /// <param name="outcome">Checksum of what it came to.</param>
    internal void Add(PendingCommand command, DateTimeOffset hostNow, DateTimeOffset now, long sequence, uint outcome)
    {
        if (Count++ == 0)
        {
            _bytes.GetSpan(1)[0] = Form;
            _bytes.Advance(1);
            Put(decidedBy.Length);
            _bytes.Write(decidedBy);
            Put(hostNow.ToUnixTimeMilliseconds());
        }

        // To a buffer of its own first, because its length goes before it. Buffer and writer are kept, for this is done for each command.
        _json.ResetWrittenCount();
        _writer ??= new Utf8JsonWriter(_json, AppliedRows.OwnJson);
        _writer.Reset(_json);
        StoredJson.Write(_writer, command.Command);
        _writer.Flush();

        Text(command.LicenseId);
        Put(now.ToUnixTimeMilliseconds());
        Put(sequence);

        // A checksum has the 32 bits of a length. The cast keeps them, and reading casts back.
        Put((int)outcome);
        Text(command.Once?.Key);
        Text(command.Once?.BodyHash);
        Text(command.Once?.EventId);
        Put(_json.WrittenCount);
        _bytes.Write(_json.WrittenSpan);
    }

    /// <summary>Makes the block empty, to be used again.</summary>
    internal void Clear()
    {
        _bytes.ResetWrittenCount();
        _isSealed = false;
        Count = 0;
    }

    /// <summary>Reads the records of a block.</summary>
    /// <exception cref="InvalidDataException">The bytes are no block.</exception>
    internal static (DecidedBy DecidedBy, long HostNow, List<JournalRecord> Records) Read(ReadOnlySpan<byte> block)
    {
        if (block.Length == 0 || block[0] != Form)
        {
            throw new InvalidDataException("The journal holds a block in an unknown form.");
        }

        // A form alone has no checksum, and is refused for what it is not.
        var content = block[..^Math.Min(sizeof(uint), block.Length)];
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(block[content.Length..], out var checksum) || checksum != Checksum.Of(content))
        {
            throw new InvalidDataException("The journal holds a block that is not what was written: its checksum is another.");
        }

        block = content;
        var at = 1;
        try
        {
            var length = ReadLength(block, ref at);
            var decidedBy = DecidedBy.FromBytes(block.Slice(at, length));
            at += length;
            var hostNow = ReadNumber(block, ref at);
            var records = new List<JournalRecord>();
            while (at < block.Length)
            {
                records.Add(ReadRecord(block, ref at));
            }

            return (decidedBy, hostNow, records);
        }
        catch (Exception damage) when (damage is ArgumentException or JsonException or InvalidOperationException or NotSupportedException)
        {
            // A length that goes beyond the bytes, a time that is none, JSON that is none: the reader of each says so in its own way.
            throw new InvalidDataException($"The journal holds a block that is damaged before its byte {at}.", damage);
        }
    }

    private static JournalRecord ReadRecord(ReadOnlySpan<byte> bytes, ref int at)
    {
        var licenseId = ReadText(bytes, ref at) ?? throw new InvalidDataException("The journal holds a command of no license.");
        var now = DateTimeOffset.FromUnixTimeMilliseconds(ReadNumber(bytes, ref at));
        var sequence = ReadNumber(bytes, ref at);
        var outcome = (uint)ReadLength(bytes, ref at);
        var key = ReadText(bytes, ref at);
        var bodyHash = ReadText(bytes, ref at);
        var eventId = ReadText(bytes, ref at);
        var length = ReadLength(bytes, ref at);
        var command = JsonSerializer.Deserialize(bytes.Slice(at, length), MeteringJson.Default.Command)
            ?? throw new InvalidDataException("The journal holds an empty command.");
        at += length;
        var once = key is null && eventId is null ? null : new Once(key, bodyHash, eventId);
        return new JournalRecord(licenseId, now, sequence, outcome, once, command);
    }

    private static long ReadNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
        at += sizeof(long);
        return value;
    }

    private static int ReadLength(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
        at += sizeof(int);
        return value;
    }

    private static string? ReadText(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = ReadLength(bytes, ref at);
        if (length < 0)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes.Slice(at, length));
        at += length;
        return text;
    }

    private void Put(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    private void Put(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }

    private void Text(string? value)
    {
        if (value is null)
        {
            Put(-1);
            return;
        }

        // Room for the longest that it may become, so that it is encoded once and in place.
        var span = _bytes.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = Encoding.UTF8.GetBytes(value, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        _bytes.Advance(sizeof(int) + length);
    }
}
