using System.Text.Json;
using System.Text.RegularExpressions;
using Infra.Tests.Compiler;

namespace Infra.Tests.Checks;

/// <summary>No secret is written down, asked for in the open, or handed out.</summary>
public static partial class SecretChecks
{
    public static IEnumerable<string> Check(CompiledInfra infra) =>
        Sources(infra.Root).Concat(infra.Template.All().SelectMany(Check));

    public static bool LooksSecret(string text) => CarriesKey().IsMatch(text) || LongBase64().IsMatch(text);

    // In the source, so that a comment, a default or a parameter file does not hold one either.
    private static IEnumerable<string> Sources(string root) =>
        from path in Directory.EnumerateFiles(Path.Combine(root, "infra"), "*.bicep*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
        from line in File.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1))
        where LooksSecret(line.Text)
        select $"{Path.GetRelativePath(root, path).Replace('\\', '/')}({line.Number}): this looks like a secret";

    private static IEnumerable<string> Check(CompiledTemplate template)
    {
        foreach (string expression in
            CompiledTemplate.Strings(template.Root).Where(text => text.StartsWith('[') && ListsKeys().IsMatch(text)))
        {
            yield return $"{template.Name}: keys are not asked for; identities are used: {expression}";
        }

        foreach (JsonProperty parameter in
            template.Parameters.Where(p => NamesSecret().IsMatch(p.Name) && p.Value.GetProperty("type").GetString() == "string"))
        {
            yield return $"{template.Name}: parameter '{parameter.Name}' is not @secure()";
        }

        foreach (JsonProperty output in template.Outputs.Where(output => NamesSecret().IsMatch(output.Name)))
        {
            yield return $"{template.Name}: output '{output.Name}' hands out a secret";
        }
    }

    [GeneratedRegex(@"(AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|\bsig)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex CarriesKey();

    [GeneratedRegex(
        "(?<![A-Za-z0-9+/_.-])(?=[A-Za-z0-9+/]*[0-9])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/_.-])")]
    private static partial Regex LongBase64();

    [GeneratedRegex(@"\blist\w*\(", RegexOptions.IgnoreCase)]
    private static partial Regex ListsKeys();

    [GeneratedRegex("(Key|Secret|Password|Token)$")]
    private static partial Regex NamesSecret();
}
