using System.Globalization;
using System.Numerics;

namespace Metering.Api;

/// <summary>A JSON number's value, whatever way it was written: 1, 1.0, 10e-1 and 0.1E+1 are the same.</summary>
internal static class ExactNumber
{
    /// <summary>The one text of a number's value: its digits without zeros at either end, and the power of ten of the last one.</summary>
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

        // An exponent may have any number of digits, and is no more than a text then.
        var exponent = exponentAt < 0
            ? BigInteger.Zero
            : BigInteger.Parse(number.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var power = exponent - fraction + (digits.Length - digits.TrimEnd('0').Length);
        return string.Create(CultureInfo.InvariantCulture, $"{(isNegative ? "-" : "")}{significant}e{power}");
    }
}
