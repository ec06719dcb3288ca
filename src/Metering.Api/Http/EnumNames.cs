using System.Collections.Frozen;
using System.Text.Json;

namespace Metering.Api;

/// <summary>An enum's names as the contract writes them: <c>over_usage</c>.</summary>
internal static class EnumNames<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<string, T> Values =
        Enum.GetValues<T>().ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    private static readonly FrozenDictionary<T, string> Names = Enum.GetValues<T>().ToFrozenDictionary(value => value, NameOf);

    public static string Listed { get; } = string.Join(", ", Enum.GetValues<T>().Select(NameOf));

    public static bool TryParse(string text, out T value) => Values.TryGetValue(text, out value);

    public static string Of(T value) => Names[value];

    private static string NameOf(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
