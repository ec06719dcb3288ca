namespace Metering.Api;

/// <summary>What ids, codes, names and units may look like.</summary>
internal static class Texts
{
    /// <summary>Most characters of a code, such as a feature's.</summary>
    public const int MaxCode = 64;

    /// <summary>Most characters of an id that the caller chose: tenant, user, event, machine, key.</summary>
    public const int MaxId = 255;

    /// <summary>Most characters of a name.</summary>
    public const int MaxName = 200;

    private const string MustBeGiven = "is required";

    /// <summary>A code is 1 to 64 letters, digits, dots, underscores, colons or hyphens, a letter or digit first.</summary>
    public static bool IsCode(string text)
    {
        if (text.Length is 0 or > MaxCode || !char.IsAsciiLetterOrDigit(text[0]))
        {
            return false;
        }

        // By hand and not by a pattern: every consume comes through here.
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or ':' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Checks a code that must be there.</summary>
    public static string Code(FieldErrors errors, string pointer, string? text)
    {
        if (text is null)
        {
            errors.Add(pointer, MustBeGiven);
        }
        else if (!IsCode(text))
        {
            errors.Add(pointer, "must be 1 to 64 letters, digits or . _ : - and begin with a letter or digit");
        }

        return text ?? "";
    }

    /// <summary>Checks a code that may be absent.</summary>
    public static string? OptionalCode(FieldErrors errors, string pointer, string? text) =>
        text is null ? null : Code(errors, pointer, text);

    /// <summary>Checks an id that must be there.</summary>
    public static string Id(FieldErrors errors, string pointer, string? text)
    {
        if (text is null)
        {
            errors.Add(pointer, MustBeGiven);
        }

        return OptionalId(errors, pointer, text) ?? "";
    }

    /// <summary>
    /// Checks an id that must be there and stands in addresses. Browsers and HTTP clients take <c>.</c> and <c>..</c> out of an
    /// address, escaped or not (RFC 3986, section 5.2.4), so nothing with such an id could be reached.
    /// </summary>
    public static string AddressId(FieldErrors errors, string pointer, string? text)
    {
        errors.Require(text is not ("." or ".."), pointer, "must not be . or .., which can't stand in an address");
        return Id(errors, pointer, text);
    }

    /// <summary>Checks an id that may be absent.</summary>
    public static string? OptionalId(FieldErrors errors, string pointer, string? text)
    {
        if (text is not null && (text.Length is 0 or > MaxId || HasControl(text)))
        {
            errors.Add(pointer, "must have 1 to 255 characters, none of them a control character");
        }

        return text;
    }

    /// <summary>Checks a name that may be absent.</summary>
    public static string? OptionalName(FieldErrors errors, string pointer, string? text)
    {
        if (text is not null && (text.Length is 0 or > MaxName || HasControl(text)))
        {
            errors.Add(pointer, "must have 1 to 200 characters, none of them a control character");
        }

        return text;
    }

    /// <summary>Checks the reason of a correction, which may be absent.</summary>
    public static string? OptionalReason(FieldErrors errors, string pointer, string? text)
    {
        if (text is not null && (text.Length is 0 or > Note.MaxReason || HasControl(text)))
        {
            errors.Add(pointer, $"must have 1 to {Note.MaxReason} characters, none of them a control character");
        }

        return text;
    }

    /// <summary>Reads one of an enum's names as the contract writes them.</summary>
    public static T OneOf<T>(FieldErrors errors, string pointer, string? text, T absent)
        where T : struct, Enum
    {
        if (text is null)
        {
            return absent;
        }

        if (EnumNames.TryParse<T>(text, out var value))
        {
            return value;
        }

        errors.Add(pointer, $"must be one of {EnumNames.Listed<T>()}");
        return absent;
    }

    private static bool HasControl(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
