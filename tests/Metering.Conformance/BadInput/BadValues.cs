namespace Metering.Conformance.BadInput;

/// <summary>JSON texts that are no value of a kind of field. Null stands for a field that is left out.</summary>
public static class BadValues
{
    private static readonly string Digits = new('9', 400);
    private static readonly string TooLong = '"' + new string('x', 5000) + '"';

    /// <summary>For a field that must be there, also nothing and null.</summary>
    public static string?[] Required(params string?[] values) => [.. values, null, "null"];

    /// <summary>No text that names something.</summary>
    public static string?[] Text => ["5", "true", "[]", "{}", "\"\"", TooLong, "\"a\\u0000b\"", "\"a\\nb\"", "\"\\u001b[31m\""];

    /// <summary>No amount above zero.</summary>
    public static string?[] Amount => ["0", "-1", .. Number];

    /// <summary>No amount of zero or more.</summary>
    public static string?[] AmountOrZero => ["-1", "-0.000000001", .. Number];

    /// <summary>No whole number of seconds above zero.</summary>
    public static string?[] Seconds => ["0", "-1", "1.5", "\"60\"", "1e12", "99999999999999", "true", "[]", "{}", Digits];

    /// <summary>No whole number.</summary>
    public static string?[] Whole => ["1.5", "\"1\"", "1e300", "99999999999999", "true", "[]", "{}", Digits];

    /// <summary>No time with an offset.</summary>
    public static string?[] Time =>
        ["5", "true", "[]", "{}", "\"\"", "\"yesterday\"", "\"2026-02-30T00:00:00Z\"", "\"2026-01-01T00:00:00\"", "\"2026-01-01\"",
            "\"99999-01-01T00:00:00Z\"", TooLong];

    /// <summary>Neither true nor false.</summary>
    public static string?[] Flag => ["\"yes\"", "\"true\"", "1", "[]", "{}"];

    /// <summary>No object.</summary>
    public static string?[] Object => ["5", "\"text\"", "true", "[]", "[{}]"];

    /// <summary>None of the contract's names.</summary>
    public static string?[] Name => ["5", "true", "[]", "\"\"", "\"fortnight\"", "\"../month\"", TooLong];

    private static string?[] Number =>
        ["1e30", "1e400", "0.1234567891", "1000000000000000", Digits, "0." + Digits, "\"1\"", "\"NaN\"", "true", "[]", "{}"];
}
