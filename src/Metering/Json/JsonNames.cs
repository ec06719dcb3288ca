using System.Text.Json;

namespace Metering;

/// <summary>The contract's names of enum values.</summary>
public static class JsonNames
{
    /// <summary>A value's name as it stands in JSON: <c>over_usage</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.All[value];

    /// <summary>The value with a name; null when there is none.</summary>
    public static T? Parse<T>(string name)
        where T : struct, Enum
    {
        foreach (var (value, known) in Names<T>.All)
        {
            if (known == name)
            {
                return value;
            }
        }

        return null;
    }

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All =
            Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
    }
}
