using System.Collections.Frozen;
using System.Text.Json;

namespace Metering;

/// <summary>Enum values as the contract, the stored forms and messages for people write them: <c>over_usage</c>.</summary>
public static class EnumNames
{
    /// <summary>How a name is made of a member's.</summary>
    internal static JsonNamingPolicy Naming => JsonNamingPolicy.SnakeCaseLower;

    /// <summary>The name of the value that a member stands for, where only the member's own name is at hand.</summary>
    public static string OfMember(string member) => Naming.ConvertName(member);

    /// <summary>A value's name.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.ByValue[value];

    /// <summary>The value with a name, which is told apart by case.</summary>
    public static bool TryParse<T>(string name, out T value)
        where T : struct, Enum => Names<T>.ByName.TryGetValue(name, out value);

    /// <summary>All names, in the order of the members, for a text that says what would have been right.</summary>
    public static string Listed<T>()
        where T : struct, Enum => Names<T>.Listed;

    // Answers name enums on the way of every consume: one look into a table, where Enum.ToString would make a text each time.
    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue = Enum.GetValues<T>().ToFrozenDictionary(value => value, NameOf);
        public static readonly FrozenDictionary<string, T> ByName = Enum.GetValues<T>().ToFrozenDictionary(NameOf, StringComparer.Ordinal);
        public static readonly string Listed = string.Join(", ", Enum.GetValues<T>().Select(NameOf));

        private static string NameOf(T value) => OfMember(value.ToString());
    }
}
