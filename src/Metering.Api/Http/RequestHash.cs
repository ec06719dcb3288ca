using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Api;

/// <summary>
/// Hashes what a request says, so that the same request in another form is known as the same (rule 8): whatever the spacing, the order of
/// its fields, how a number, a time or a letter is written, and whether a field is absent, null, or given with its default.
/// </summary>
/// <remarks>
/// Each value is written with its kind and its length, so that no two requests write the same bytes. A thread keeps one of these with its
/// buffer: a consume allocates the text of the hash, and nothing else.
/// </remarks>
internal sealed class RequestHash
{
    private const int HashBytes = 16;
    private const int MaxKeptBytes = 64 * 1024;

    [ThreadStatic]
    private static RequestHash? s_kept;

    private byte[] _buffer = new byte[512];
    private int _length;

    private RequestHash()
    {
    }

    private enum Kind : byte
    {
        Field = 1,
        Text,
        Number,
        Time,
        True,
        False,
        Null,
        Begin,
        End,
    }

    /// <summary>Of a request with a body: its route, its path, its query and what the body says.</summary>
    public static string Of<T>(ApiCall call, T body, JsonTypeInfo<T> type)
        where T : class
    {
        var hash = Begin();
        hash.Add(call.Route.Name);
        foreach (var name in call.Route.Parameters)
        {
            hash.Add(call.Path(name));
        }

        if (call.Http.Request.QueryString.HasValue)
        {
            foreach (var query in call.Route.Query)
            {
                hash.Field(query.Name, call.Query(query.Name));
            }
        }

        if (body is IHashedRequest hashed)
        {
            hashed.AddTo(hash);
        }
        else
        {
            RequestForm.Add(hash, body, type);
        }

        return hash.Finish();
    }

    /// <summary>A hash of nothing yet; for <see cref="Finish"/> on the same thread.</summary>
    public static RequestHash Begin()
    {
        var hash = s_kept ?? new RequestHash();
        // Not there while it is in use, so a hash that is begun within another has a buffer of its own.
        s_kept = null;
        hash._length = 0;
        return hash;
    }

    /// <summary>A field; null is as good as absent.</summary>
    public void Field(string name, string? value)
    {
        if (value is not null)
        {
            Name(name);
            Add(value);
        }
    }

    /// <inheritdoc cref="Field(string, string?)"/>
    public void Field(string name, decimal? value)
    {
        if (value is { } amount)
        {
            Name(name);
            Add(amount);
        }
    }

    /// <inheritdoc cref="Field(string, string?)"/>
    public void Field(string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            Name(name);
            Add(time);
        }
    }

    /// <inheritdoc cref="Field(string, string?)"/>
    public void Field(string name, JsonElement? value)
    {
        if (value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } element)
        {
            Name(name);
            Add(element);
        }
    }

    /// <summary>A field that is absent when it is false.</summary>
    public void Field(string name, bool value)
    {
        if (value)
        {
            Name(name);
            Add(value);
        }
    }

    /// <summary>The name of the field whose value comes next.</summary>
    public void Name(string name)
    {
        Put(Kind.Field);
        PutText(name);
    }

    /// <summary>A value that is there and is null.</summary>
    public void AddNull() => Put(Kind.Null);

    /// <summary>Text.</summary>
    public void Add(string value)
    {
        Put(Kind.Text);
        PutText(value);
    }

    /// <summary>A number, whatever zeros it came with.</summary>
    public void Add(decimal value)
    {
        Put(Kind.Number);
        Span<int> bits = stackalloc int[4];
        // Zero has many forms, with a sign or with digits after the point.
        decimal.GetBits(value == 0 ? 0 : Amount.Normalize(value), bits);
        foreach (var part in bits)
        {
            PutNumber(part);
        }
    }

    /// <summary>A moment, whatever the offset it came with.</summary>
    public void Add(DateTimeOffset value)
    {
        Put(Kind.Time);
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value.UtcTicks);
    }

    /// <summary>True or false.</summary>
    public void Add(bool value) => Put(value ? Kind.True : Kind.False);

    /// <summary>An array or object whose parts come next, up to <see cref="Close"/>.</summary>
    /// <returns>Where it begins; for <see cref="IsEmptySince"/> and <see cref="BackTo"/>.</returns>
    public int Open()
    {
        var at = _length;
        Put(Kind.Begin);
        return at;
    }

    /// <summary>The end of an array or object.</summary>
    public void Close() => Put(Kind.End);

    /// <summary>Whether nothing has come since an array or object began.</summary>
    public bool IsEmptySince(int begin) => _length == begin + 1;

    /// <summary>Where the next value is written.</summary>
    public int Position => _length;

    /// <summary>Takes back what came after a place.</summary>
    public void BackTo(int position) => _length = position;

    /// <summary>JSON that is kept as it came: its fields in the order of their names, its numbers as exact decimals.</summary>
    public void Add(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Open();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    Name(property.Name);
                    Add(property.Value);
                }

                Close();
                break;
            case JsonValueKind.Array:
                Open();
                foreach (var item in element.EnumerateArray())
                {
                    Add(item);
                }

                Close();
                break;
            case JsonValueKind.String:
                Add(element.GetString()!);
                break;
            case JsonValueKind.Number:
                Put(Kind.Number);
                PutText(ExactNumber.Of(element.GetRawText()));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Add(element.ValueKind == JsonValueKind.True);
                break;
            default:
                AddNull();
                break;
        }
    }

    /// <summary>The hash of all that was added.</summary>
    public string Finish()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer.AsSpan(0, _length), hash);
        if (_buffer.Length <= MaxKeptBytes)
        {
            s_kept = this;
        }

        return Convert.ToHexStringLower(hash[..HashBytes]);
    }

    private void Put(Kind kind) => Room(1)[0] = (byte)kind;

    // In one order of bytes on every machine: another instance compares the hash.
    private void PutNumber(int number) => BinaryPrimitives.WriteInt32LittleEndian(Room(sizeof(int)), number);

    private void PutText(string text)
    {
        var room = Reserve(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var bytes = Encoding.UTF8.GetBytes(text, room[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(room, bytes);
        _length += sizeof(int) + bytes;
    }

    private Span<byte> Room(int bytes)
    {
        var room = Reserve(bytes);
        _length += bytes;
        return room[..bytes];
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
        }

        return _buffer.AsSpan(_length);
    }
}

/// <summary>A request that says by itself what its hash is of, because it comes all the time.</summary>
internal interface IHashedRequest
{
    /// <summary>Adds every field.</summary>
    void AddTo(RequestHash hash);
}
