using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Metering.Api.Tests.Fuzz;

/// <summary>Damages bytes, as bad networks, careless senders and attackers do.</summary>
internal static class Damage
{
    private static readonly byte[][] Pieces =
    [
        [0xef, 0xbb, 0xbf], [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x00], [0xe2, 0x80, 0xa8], "\r"u8.ToArray(),
        "\r\n"u8.ToArray(),
        "\n\n"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), ","u8.ToArray(), ":"u8.ToArray(), "{"u8.ToArray(), "]"u8.ToArray(), "-"u8.ToArray(),
        "e9"u8.ToArray(),
    ];

    private static Gen<Func<byte[], byte[]>> Blows =>
        from kind in Gen.Choose(0, 10)
        from at in Gen.Choose(0, int.MaxValue)
        from much in Gen.Choose(0, int.MaxValue)
        from piece in Gen.Elements(Pieces)
        from odd in OddJson.Any
        select (Func<byte[], byte[]>)(bytes => Strike(bytes, kind, at % (bytes.Length + 1), much, piece, odd));

    /// <summary>Bytes that are as they were more often than not, and else damaged once or a few times.</summary>
    public static Gen<byte[]> Of(Gen<byte[]> valid) =>
        from bytes in valid
        from times in Gen.Frequency((5, Gen.Constant(0)), (3, Gen.Constant(1)), (1, Gen.Choose(2, 5)))
        from blows in Gen.ArrayOf(Blows, times)
        select blows.Aggregate(bytes, (struck, blow) => blow(struck));

    /// <summary>UTF-8 of a text, damaged or not.</summary>
    public static Gen<byte[]> Of(Gen<string> valid) => Of(valid.Select(Encoding.UTF8.GetBytes));

    private static byte[] Strike(byte[] bytes, int kind, int at, int much, byte[] piece, string odd)
    {
        switch (kind)
        {
            case 0:
                return bytes[..at];
            case 1 when bytes.Length > 0:
                var flipped = (byte[])bytes.Clone();
                flipped[at % bytes.Length] ^= (byte)(1 << (much % 8));
                return flipped;
            case 2 when bytes.Length > 0:
                var changed = (byte[])bytes.Clone();
                changed[at % bytes.Length] = (byte)much;
                return changed;
            case 3:
                return [.. bytes[..at], .. piece, .. bytes[at..]];
            case 4:
                // A part is gone.
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + (much % 20))..]];
            case 5:
                // A part is there twice, a member among others.
                return [.. bytes[..at], .. bytes[Math.Max(0, at - (much % 80))..]];
            case 6:
                // A value is another one.
                var colon = Array.IndexOf(bytes, (byte)':', Math.Min(at, Math.Max(0, bytes.Length - 1)));
                var end = colon < 0 ? -1 : bytes.AsSpan(colon).IndexOfAny((byte)',', (byte)'}');
                return end < 0 ? bytes : [.. bytes[..(colon + 1)], .. Encoding.UTF8.GetBytes(odd), .. bytes[(colon + end)..]];
            case 7:
                var depth = much % 20_000;
                return [.. Enumerable.Repeat((byte)'[', depth), .. bytes, .. Enumerable.Repeat((byte)']', depth)];
            case 8:
                var around = much % 200;
                var opening = Enumerable.Repeat("{\"a\":"u8.ToArray(), around).SelectMany(one => one);
                return [.. opening, .. bytes, .. Enumerable.Repeat((byte)'}', around)];
            case 9:
                return [.. Pieces[0], .. bytes];
            default:
                return [.. bytes, .. Encoding.UTF8.GetBytes(odd)];
        }
    }
}
