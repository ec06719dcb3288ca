using System.Globalization;

namespace Metering.Api;

/// <summary>A JSON number's value, whatever way it was written: 1, 1.0, 10e-1 and 0.1E+1 are the same.</summary>
internal static class ExactNumber
{
    /// <summary>Longest exponent that is read as a number, sign included; a longer one may not fit.</summary>
    private const int MaxExponent = 18;

    /// <summary>The one text of a number's value: its digits without zeros at either end, and the power of ten of the last one.</summary>
    /// <remarks>
    /// With an exponent of more than 18 characters, two texts may stand for one value, but never one text for two values. That is enough:
    /// a repeated request has its numbers as they were.
    /// </remarks>
    /// <param name="number">A JSON number, of any length.</param>
    public static string Of(string number)
    {
        // As text, because no type holds it: metadata is kept as it came, with numbers of any length, and a rounded one would make two
        // requests the same.
        var exponentAt = number.AsSpan().IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? number.AsSpan() : number.AsSpan(0, exponentAt);
        var isNegative = mantissa[0] == '-';
        if (isNegative)
        {
            mantissa = mantissa[1..];
        }

        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var significant = digits.TrimStart('0').TrimEnd('0');
        if (significant.Length == 0)
        {
            return "0";
        }

        var shift = digits.Length - digits.TrimEnd('0').Length - fraction;
        var exponent = exponentAt < 0 ? "" : Exponent(number.AsSpan(exponentAt + 1));
        if (exponent.Length > MaxExponent)
        {
            // Not added up: to read its digits as a number takes time that grows with the square of their count.
            return string.Create(CultureInfo.InvariantCulture, $"{(isNegative ? "-" : "")}{significant}e{exponent}{shift:+0;-0;+0}");
        }

        var power = (exponent.Length == 0 ? 0 : long.Parse(exponent, CultureInfo.InvariantCulture)) + shift;
        return string.Create(CultureInfo.InvariantCulture, $"{(isNegative ? "-" : "")}{significant}e{power}");
    }

    // Its digits, without zeros before them, and a minus where it has one.
    private static string Exponent(ReadOnlySpan<char> text)
    {
        var digits = text.TrimStart("+-").TrimStart('0');
        return text[0] == '-' && !digits.IsEmpty ? string.Concat("-", digits) : digits.ToString();
    }
}
