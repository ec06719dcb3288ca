using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Metering.Api.Tests;

/// <summary>Text and JSON of the kinds by which a writer or reader by hand goes wrong.</summary>
internal static class AnyText
{
    private static readonly string[] Parts =
        ["", "a", "calls", " ", "\"", "\\", "/", "~", "<&>'+", "\u0000", "\u001f", "\r\n\t", "\u007f", "é", "\u2028", "\ud83d\ude00", "{}", "\\ud800"];

    /// <summary>A short text, often with what must be escaped.</summary>
    public static Gen<string> Any =>
        from length in Gen.Choose(0, 5)
        from parts in Gen.ArrayOf(Gen.Elements(Parts), length)
        select string.Concat(parts);

    /// <summary>As <see cref="Any"/>, or nothing.</summary>
    public static Gen<string?> OrNull => from text in Any from isNull in Gen.Elements(true, false) select isNull ? null : text;

    /// <summary>A value in JSON, with blanks between its parts and values nested up to a depth.</summary>
    public static Gen<string> Json(int depth) =>
        from kind in Gen.Choose(0, depth == 0 ? 4 : 8)
        from text in Any
        from number in Gen.Elements("0", "-1.50", "1e3", "123456789012345.123456789")
        from blank in Gen.Elements("", " ", "\r\n\t")
        from size in Gen.Choose(0, 3)
        from names in Gen.ArrayOf(Any, size)
        from values in depth == 0 ? Gen.Constant(Array.Empty<string>()) : Gen.ArrayOf(Json(depth - 1), size)
        select kind switch
        {
            0 => "null",
            1 => "true",
            2 => number,
            3 or 4 => Quote(text),
            5 or 6 => $"[{blank}{string.Join($"{blank},", values)}{blank}]",
            // With its place in the name, because no name may be there twice.
            _ => $"{{{blank}{string.Join(',', values.Select((value, at) => $"{Quote(names[at] + at)}{blank}:{value}"))}{blank}}}",
        };

    /// <summary>UTF-8.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
