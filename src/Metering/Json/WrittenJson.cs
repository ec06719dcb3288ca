using System.Buffers;
using System.Text;

namespace Metering;

/// <summary>
/// Goes over JSON in the very form in which <see cref="MeteringJson"/> writes it: no white space, fields in the order of the record, text
/// without escapes. What is in another form is declined, and never an error: it is the serializer's to read, or to say what is wrong.
/// </summary>
internal ref struct WrittenJson(ReadOnlySpan<byte> json)
{
    /// <summary>Digits that a long holds whatever they are; a number with more is left to the serializer.</summary>
    private const int MaxDigits = 18;

    private static readonly SearchValues<byte> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(one => (byte)one).Except("\"\\"u8.ToArray())]);

    private ReadOnlySpan<byte> rest = json;

    /// <summary>Whether all so far was in that form; what was read is worth nothing otherwise.</summary>
    public bool IsPlain { get; private set; } = true;

    /// <summary>What is still to be read.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>Whether this comes next; then it is passed over.</summary>
    public bool Next(ReadOnlySpan<byte> text)
    {
        if (!rest.StartsWith(text))
        {
            return false;
        }

        rest = rest[text.Length..];
        return true;
    }

    /// <summary>Passes over what must come next.</summary>
    public void Expect(ReadOnlySpan<byte> text) => IsPlain &= Next(text);

    /// <summary>Says that something is not in that form.</summary>
    public void Decline() => IsPlain = false;

    /// <summary>A whole number.</summary>
    public long Integer()
    {
        var number = Number();
        IsPlain &= number.Scale == 0;
        return IsPlain ? (long)number : 0;
    }

    /// <summary>A number, exactly.</summary>
    public decimal Number()
    {
        var negative = Next("-"u8);
        var (value, digits, scale) = (0L, 0, 0);
        var at = 0;
        for (; at < rest.Length && digits <= MaxDigits; at++)
        {
            if (rest[at] == '.' && scale == 0 && digits > 0)
            {
                // Counted on from here; one too many, for the point itself.
                scale = 1;
            }
            else if (char.IsAsciiDigit((char)rest[at]))
            {
                value = (value * 10) + (rest[at] - '0');
                digits++;
                scale += scale > 0 ? 1 : 0;
            }
            else
            {
                break;
            }
        }

        // JSON has no number that begins with a zero before another digit, and none that ends with its point.
        IsPlain &= digits is > 0 and <= MaxDigits && scale != 1 && !(rest[0] == '0' && at > 1 && rest[1] != '.');
        rest = rest[at..];
        return new decimal((int)value, (int)(value >> 32), 0, negative, (byte)Math.Max(0, scale - 1));
    }

    /// <summary>A string without escapes and of ASCII only.</summary>
    public string Text() => Encoding.Latin1.GetString(Characters());

    /// <summary>A time, with milliseconds or without, in UTC.</summary>
    public DateTimeOffset Time()
    {
        IsPlain &= UtcJsonConverter.TryReadWritten(Characters(), out var time);
        return time;
    }

    /// <summary>A date, such as <c>2026-11-21</c>.</summary>
    public DateOnly Day()
    {
        var text = Characters();
        IsPlain &= UtcJsonConverter.TryReadDay(text, out var ticks);
        return DateOnly.FromDateTime(new DateTime(ticks));
    }

    /// <summary>All that is left but its last byte, which is left then.</summary>
    public ReadOnlySpan<byte> UpToLast()
    {
        if (rest.IsEmpty)
        {
            Decline();
            return [];
        }

        var most = rest[..^1];
        rest = rest[^1..];
        return most;
    }

    /// <summary>The characters of a text.</summary>
    public ReadOnlySpan<byte> Characters()
    {
        var length = rest.Length > 0 && rest[0] == '"' ? rest[1..].IndexOfAnyExcept(Plain) : -1;
        if (length < 0 || rest[length + 1] != '"')
        {
            Decline();
            return [];
        }

        var characters = rest.Slice(1, length);
        rest = rest[(length + 2)..];
        return characters;
    }
}
