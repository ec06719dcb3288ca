using System.Globalization;
using System.Text;

namespace Metering;

/// <summary>
/// The rules of an amount (rule 1): an exact decimal with up to 15 digits before and 9 after the point.
/// Amounts are carried as <see cref="decimal"/>; no binary floating point touches one.
/// </summary>
public static class Amount
{
    /// <summary>Digits that an amount may have before the decimal point.</summary>
    public const int MaxIntegerDigits = 15;

    /// <summary>Digits that an amount may have after the decimal point.</summary>
    public const int MaxFractionDigits = 9;

    /// <summary>The largest amount that may be given: 999,999,999,999,999.999999999.</summary>
    public const decimal Max = 999_999_999_999_999.999999999m;

    /// <summary>
    /// The largest total that a meter or balance may reach. A <see cref="decimal"/> holds it exactly with all nine fraction
    /// digits, so a sum never loses one; a change that would pass it is refused.
    /// </summary>
    // 18 digits before the point and 9 after it are 27; a decimal holds 28.
    public const decimal MaxTotal = 999_999_999_999_999_999m;

    // Zeros and an exponent may stand around the digits. The text is copied to the stack, so a caller must not decide how long it is.
    private const int MaxTextLength = 64;

    /// <summary>Reads an amount from JSON number text, exactly.</summary>
    /// <param name="text">A JSON number, an exponent included.</param>
    /// <param name="value">The amount, without trailing zeros.</param>
    /// <param name="why">Why the text is not an amount, or null.</param>
    /// <returns>True when the text is an amount.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value, out string? why)
    {
        value = 0;
        if (text.Length is 0 or > MaxTextLength)
        {
            why = $"must be a number with up to {MaxIntegerDigits} digits before and {MaxFractionDigits} after the point";
            return false;
        }

        Span<char> characters = stackalloc char[MaxTextLength];

        // A byte beyond ASCII becomes a question mark here, which is no digit.
        var length = Encoding.ASCII.GetChars(text, characters);
        return TryParse(characters[..length], out value, out why);
    }

    /// <summary>Reads an amount from text, exactly; see the overload for bytes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal value, out string? why)
    {
        if (!TryScan(text, out value))
        {
            why = $"must be a number with up to {MaxIntegerDigits} digits before and {MaxFractionDigits} after the point";
            return false;
        }

        why = null;
        return true;
    }

    /// <summary>Why a value is not an amount by rule 1, or null when it is one.</summary>
    public static string? WhyNot(decimal value) =>
        Math.Abs(value) > Max || Normalize(value).Scale > MaxFractionDigits
            ? $"must have up to {MaxIntegerDigits} digits before and {MaxFractionDigits} after the point"
            : null;

    /// <summary>The same value without trailing zeros, so that 1.50 and 1.5 are written alike.</summary>
    public static decimal Normalize(decimal value)
    {
        if (value.Scale == 0)
        {
            return value;
        }

        // Most have up to 19 digits, and those are quickly looked at; each entry and answer holds several.
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        if (bits[2] != 0)
        {
            // Dividing by one with 28 zeros makes decimal drop the trailing zeros of the quotient.
            return value / 1.0000000000000000000000000000m;
        }

        var digits = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        var scale = value.Scale;
        while (scale > 0 && digits % 10 == 0)
        {
            digits /= 10;
            scale--;
        }

        return new decimal((int)(uint)digits, (int)(digits >> 32), 0, decimal.IsNegative(value), scale);
    }

    /// <summary>Writes an amount as the shortest JSON number that reads back as the same value.</summary>
    public static string Format(decimal value) => Normalize(value).ToString(CultureInfo.InvariantCulture);

    // decimal.Parse would silently round what it cannot hold, so the digits are counted before it sees them.
    private static bool TryScan(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        var negative = text.Length > 0 && text[0] == '-';
        var at = negative ? 1 : 0;
        Span<char> digits = stackalloc char[MaxTextLength];
        var count = 0;
        var point = -1;
        for (; at < text.Length && text[at] is not ('e' or 'E'); at++)
        {
            if (text[at] == '.' && point < 0)
            {
                point = count;
            }
            else if (char.IsAsciiDigit(text[at]) && count < digits.Length)
            {
                digits[count++] = text[at];
            }
            else
            {
                return false;
            }
        }

        var exponent = 0;
        if (at < text.Length && !int.TryParse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return false;
        }

        // As long, because the smallest int has no absolute value; and bounded, so that the scale below cannot overflow.
        if (count == 0 || Math.Abs((long)exponent) > MaxTextLength)
        {
            return false;
        }

        var scale = (point < 0 ? 0 : count - point) - exponent;
        var significant = digits[..count].TrimStart('0');

        // Zeros at the end say nothing, so they must not make an amount too fine: 1.50 has one digit after the point.
        while (significant.Length > 0 && significant[^1] == '0' && scale > 0)
        {
            significant = significant[..^1];
            scale--;
        }

        // Zero in any form, -0 too, is the one zero: what is written later must not depend on how it came.
        if (significant.Length == 0)
        {
            return true;
        }

        if (scale > MaxFractionDigits || significant.Length - scale > MaxIntegerDigits)
        {
            return false;
        }

        // At most 24 digits are left, so none of the steps below rounds.
        decimal unscaled = 0;
        foreach (var digit in significant)
        {
            unscaled = (unscaled * 10) + (digit - '0');
        }

        for (; scale < 0; scale++)
        {
            unscaled *= 10;
        }

        for (var i = 0; i < scale; i++)
        {
            unscaled /= 10;
        }

        value = negative ? -unscaled : unscaled;
        return true;
    }
}
