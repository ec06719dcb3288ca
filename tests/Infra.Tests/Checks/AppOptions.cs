using System.Text.RegularExpressions;
using Metering.Api;
using MeterFunctions.Hosting;

namespace Infra.Tests.Checks;

/// <summary>The options of the Functions app, as settings.</summary>
public static partial class AppOptions
{
    private const string AnyToken = "Metering__Tokens__*__";

    /// <summary>Their names; a token's have <c>*</c> in place of its key.</summary>
    public static readonly IReadOnlyList<string> Names = [.. NamesOf(typeof(FunctionsOptions), "Metering")];

    /// <summary>Whether a setting is an option.</summary>
    public static bool Has(string setting) => Names.Contains(Token().Replace(setting, AnyToken));

    /// <summary>The least and the most that an option may be.</summary>
    public static (long Least, long Most) RangeOf(string name) =>
        OptionProperty.Of(typeof(FunctionsOptions)).Single(option => option.Name == name).Range!.Value;

    /// <summary>What an option is where nothing is set.</summary>
    public static object? DefaultOf(string name) =>
        OptionProperty.Of(typeof(FunctionsOptions)).Single(option => option.Name == name).Get(new FunctionsOptions());

    private static IEnumerable<string> NamesOf(Type options, string path) => OptionProperty.Of(options).SelectMany(option =>
        option.IsKeyed ? OptionProperty.Of(typeof(TokenOptions)).Select(part => AnyToken + part.Name)
        : option.IsPart ? NamesOf(option.Type, $"{path}__{option.Name}")
        : [$"{path}__{option.Name}"]);

    [GeneratedRegex("^Metering__Tokens__[^_]+__")]
    private static partial Regex Token();
}
