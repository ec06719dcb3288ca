using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Metering.Server.Engine;

/// <summary>
/// Journaled commands as the bytes of one journal row. Each record: license id, time (ms), sequence number that the command led
/// to, idempotency key, body hash, event id, command as JSON. Texts are UTF-8 with their length before them; -1 stands for none.
/// </summary>
internal sealed class JournalBlock
{
    /// <summary>The form of a block, its first byte.</summary>
    internal const byte Form = 1;

    private const int Initial = 16 * 1024;
    private readonly ArrayBufferWriter<byte> _bytes = new(Initial);
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private Utf8JsonWriter? _writer;

    /// <summary>How many records there are.</summary>
    internal int Count { get; private set; }

    internal ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    internal void Add(PendingCommand command, DateTimeOffset now, long sequence)
    {
        if (Count++ == 0)
        {
            _bytes.GetSpan(1)[0] = Form;
            _bytes.Advance(1);
        }

        _json.ResetWrittenCount();
        _writer ??= new Utf8JsonWriter(_json);
        _writer.Reset(_json);
        JsonSerializer.Serialize(_writer, command.Command, MeteringJson.Default.Command);
        _writer.Flush();

        Text(command.LicenseId);
        Number(now.ToUnixTimeMilliseconds());
        Number(sequence);
        Text(command.Once?.Key);
        Text(command.Once?.BodyHash);
        Text(command.Once?.EventId);
        Length(_json.WrittenCount);
        _bytes.Write(_json.WrittenSpan);
    }

    /// <summary>Makes the block empty, to be used again.</summary>
    internal void Clear()
    {
        _bytes.ResetWrittenCount();
        Count = 0;
    }

    /// <summary>Reads the records of a block.</summary>
    /// <exception cref="InvalidDataException">The bytes are no block.</exception>
    internal static IEnumerable<JournalRecord> Read(ReadOnlyMemory<byte> block)
    {
        if (block.Length == 0 || block.Span[0] != Form)
        {
            throw new InvalidDataException("The journal holds a block in an unknown form.");
        }

        var at = 1;
        while (at < block.Length)
        {
            yield return ReadRecord(block.Span, ref at);
        }
    }

    private static JournalRecord ReadRecord(ReadOnlySpan<byte> bytes, ref int at)
    {
        var licenseId = ReadText(bytes, ref at)!;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(ReadNumber(bytes, ref at));
        var sequence = ReadNumber(bytes, ref at);
        var key = ReadText(bytes, ref at);
        var bodyHash = ReadText(bytes, ref at);
        var eventId = ReadText(bytes, ref at);
        var length = ReadLength(bytes, ref at);
        var command = JsonSerializer.Deserialize(bytes.Slice(at, length), MeteringJson.Default.Command)
            ?? throw new InvalidDataException("The journal holds an empty command.");
        at += length;
        var once = key is null && eventId is null ? null : new Once(key, bodyHash, eventId);
        return new JournalRecord(licenseId, now, sequence, once, command);
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

    private void Number(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    private void Length(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }

    private void Text(string? value)
    {
        if (value is null)
        {
            Length(-1);
            return;
        }

        var span = _bytes.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = Encoding.UTF8.GetBytes(value, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        _bytes.Advance(sizeof(int) + length);
    }
}
