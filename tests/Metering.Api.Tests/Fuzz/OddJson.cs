using FsCheck;
using FsCheck.Fluent;

namespace Metering.Api.Tests.Fuzz;

/// <summary>Values that readers of JSON, amounts and times stumble over, and the valid ones beside them.</summary>
internal static class OddJson
{
    private static readonly string[] Values =
    [
        "\"\\ud800\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"a\\udc00b\"", "null", "true", "[]", "{}", "[[[[]]]]",
        "{\"a\":{\"a\":{\"a\":[{}]}}}", "\"NaN\"", "NaN", "Infinity", "-", "01", ".5", "1.", "+1", "0x10", "1e", "\"9999999999999999999%\"", "\"1e3%\"",
        "\"P99999999999Y\"", "\"-P1D\"", "{\"interval\":\"month\",\"anchor\":\"9000-01-01T00:00:00Z\"}", "{\"interval\":5}", "{\"\\ud800\":1}",
        "{\"a\":1,\"a\":2}", "\"x\\u00e4\"", "[null]", "[1,\"\\ud800\"]", "'a'", "// no", "undefined",
    ];

    private static readonly string[] TimeTexts =
    [
        "2026-11-21T10:00:00Z", "2026-11-21t10:00:00z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9000-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00Z", "1969-12-31T23:59:59-00:01", "2026-11-21T10:00:00+14:00", "2026-11-21T10:00:00-23:59",
        "2026-11-21T10:00:00+99:99",
        "2026-11-21T24:00:00Z", "2026-11-21T23:59:60Z", "2026-02-29T00:00:00Z", "2028-02-29T00:00:00.123456789Z", "2026-11-21T10:00Z", "2026-11-21",
        "2026-11-21 10:00:00Z", "2026-11-21T10:00:00", "+002026-11-21T10:00:00Z", "2026-W47-6T10:00:00Z", "Sat, 21 Nov 2026 10:00:00 GMT",
        "2026-11-21T10:00:00.Z", "2026-11-21T10:00:00\u2212"
            + "01:00", "٢٠٢٦-11-21T10:00:00Z", "9000-12-31T23:59:59-14:00", "0000-00-00T00:00:00Z",
    ];

    /// <summary>A JSON value that is valid and odd, or none at all.</summary>
    public static Gen<string> Any => Gen.Frequency(
        (6, Gen.Elements(Values)),
        (3, Numbers),
        (2, Times.Select(time => $"\"{time}\"")),
        (1, Gen.Choose(1, 400).Select(depth => new string('[', depth) + new string(']', depth))),
        (1, Gen.Choose(1, 20_000).Select(length => $"\"{new string('x', length)}\"")));

    /// <summary>A number in JSON's form, or nearly: short and long, small and beyond every type.</summary>
    public static Gen<string> Numbers =>
        from sign in Gen.Elements("", "", "", "-", "+", "--")
        from whole in Digits
        from fraction in Gen.Frequency((4, Gen.Constant("")), (4, Digits.Select(digits => "." + digits)), (1, Gen.Constant(".")))
        from exponent in Gen.Frequency(
            (6, Gen.Constant("")),
            (3, Gen.Choose(-30, 30).Select(power => $"e{power}")),
            (1, from letter in Gen.Elements("e", "E", "e+", "e-") from digits in Digits select letter + digits))
        select sign + whole + fraction + exponent;

    /// <summary>A time, or what looks like one.</summary>
    public static Gen<string> Times => Gen.Frequency(
        (3, Gen.Elements(TimeTexts)),
        (4, from year in Gen.Choose(1960, 2040)
            from month in Gen.Choose(0, 13)
            from day in Gen.Choose(0, 32)
            from hour in Gen.Choose(0, 24)
            from minute in Gen.Choose(0, 60)
            from fraction in Gen.Elements("", "", ".5", ".123", ".000", ".9999999", ".123456789012345678")
            from zone in Gen.Elements("Z", "Z", "z", "+00:00", "-05:30", "+14:00", "+14:01", "", " Z", "Europe/Berlin")
            select $"{year:0000}-{month:00}-{day:00}T{hour:00}:{minute:00}:{minute:00}{fraction}{zone}"));

    private static Gen<string> Digits => Gen.Frequency(
        (6, Gen.Choose(0, 999_999).Select(number => $"{number}")),
        (2, from count in Gen.Choose(1, 30) from digit in Gen.Elements('0', '1', '9') select new string(digit, count)),
        (1, Gen.Elements("0", "999999999999999", "1000000000000000", "2147483648", "9223372036854775808", "")),
        (1, Gen.Choose(1, 2_000).Select(count => new string('7', count))));
}
