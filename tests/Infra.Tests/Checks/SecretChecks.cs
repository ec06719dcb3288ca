using System.Text.RegularExpressions;
using Infra.Tests.Syntax;

namespace Infra.Tests.Checks;

/// <summary>No secret is written down, asked for in the open, or handed out.</summary>
public static partial class SecretChecks
{
    public static IEnumerable<string> Check(InfraFiles files)
    {
        foreach (BicepFile file in files.All)
        {
            foreach (SyntaxNode text in file.Root.All().Where(node => node.Kind == "string" && LooksSecret(node.Text)))
            {
                yield return $"{file.Path}: line {text.Line}: this looks like a secret";
            }

            foreach (SyntaxNode call in file.Root.All().Where(node => node.Kind == "call_expression" && ListsKeys().IsMatch(node.Text)))
            {
                yield return $"{file.Path}: line {call.Line}: keys are not asked for; identities are used";
            }

            foreach (BicepParameter parameter in file.Parameters.Where(p => p.Type == "string" && NamesSecret().IsMatch(p.Name) && !p.Secure))
            {
                yield return $"{file.Path}: parameter '{parameter.Name}' is not @secure()";
            }

            foreach (string output in file.Outputs.Keys.Where(name => NamesSecret().IsMatch(name)))
            {
                yield return $"{file.Path}: output '{output}' hands out a secret";
            }
        }
    }

    public static bool LooksSecret(string text) => CarriesKey().IsMatch(text) || LongBase64().IsMatch(text);

    [GeneratedRegex(@"(AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|\bsig)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex CarriesKey();

    [GeneratedRegex("(?<![A-Za-z0-9+/_.-])(?=[A-Za-z0-9+/]*[0-9])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/_.-])")]
    private static partial Regex LongBase64();

    [GeneratedRegex(@"^\s*(\w+\.)?list(\w*Keys|Secrets|ConnectionStrings|\w*Sas)?\(", RegexOptions.IgnoreCase)]
    private static partial Regex ListsKeys();

    [GeneratedRegex("(Key|Secret|Password|Token)$")]
    private static partial Regex NamesSecret();
}
