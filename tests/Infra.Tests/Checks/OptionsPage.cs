using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Metering.Api;
using Metering.Server;
using MeterFunctions.Hosting;

namespace Infra.Tests.Checks;

/// <summary>The tables of <c>docs/options.md</c>, made of the classes of options and their documentation.</summary>
public static partial class OptionsPage
{
    // What a default is where the machine decides it.
    private static readonly Dictionary<string, string> DefaultWords = new() { [nameof(ServerOptions.Shards)] = "half of the cores" };

    private static readonly Dictionary<string, string> Units = new()
    {
        ["Days"] =
            "days", ["Hours"] =
                "hours", ["Seconds"] = "seconds", ["Milliseconds"] = "milliseconds", ["Bytes"] = "bytes", ["Mebibytes"] = "MiB",
    };

    private static readonly Dictionary<Assembly, XDocument> Docs = [];

    /// <summary>The table that stands under each heading.</summary>
    public static readonly IReadOnlyDictionary<string, string> Tables = new Dictionary<string, string>
    {
        ["## Both hosts"] = Table(new MeteringOptions(), "Metering"),
        ["## Tokens, on both hosts"] = Table(new TokenOptions(), "Metering:Tokens:*"),
        ["## The API, on both hosts"] = Table(new ApiOptions(), "Metering:Api"),
        ["## Webhooks, on both hosts"] = Table(new WebhookOptions(), "Metering:Webhooks"),
        ["## Exports, on both hosts"] = Table(new ExportOptions(), "Metering:Exports"),
        ["## The customer's page, on both hosts"] = Table(new CustomerPageOptions(), "Metering:CustomerPage"),
        ["## The server"] = Table(new ServerOptions(), "Metering", typeof(MeteringOptions)),
        ["## The Functions app"] = Table(new FunctionsOptions(), "Metering", typeof(MeteringOptions)),
    };

    /// <summary>A page with the tables as they should be; what is around them stays.</summary>
    public static string Write(string page) => Tables.Aggregate(page.ReplaceLineEndings("\n"), (text, table) =>
    {
        int heading = text.IndexOf(table.Key + "\n", StringComparison.Ordinal);
        Assert.True(heading >= 0, $"docs/options.md has no heading '{table.Key}'");
        Match rows = Rows().Match(text, heading);
        return text[..rows.Index] + table.Value + text[(rows.Index + rows.Length)..];
    });

    private static string Table(object options, string path, Type? without = null)
    {
        IEnumerable<string> rows =
            from option in OptionProperty.Of(options.GetType())
            where !option.IsPart && !option.IsKeyed
                && (without is null || OptionProperty.Of(without).All(other => other.Name != option.Name))
            select $"| `{path}:{option.Name}` | {Unit(option)} | {Default(option, options)} | {Wanted(option)} | {Summary(option.Property)} |\n";
        return "| option | unit | default | from, to | what it is |\n|---|---|---|---|---|\n" + string.Concat(rows);
    }

    private static string Unit(OptionProperty option) =>
        option.Range is null ? "" : Units.FirstOrDefault(unit => option.Name.EndsWith(unit.Key, StringComparison.Ordinal)).Value ?? "";

    private static string Default(OptionProperty option, object options)
    {
        if (DefaultWords.TryGetValue(option.Name, out string? words))
        {
            return words;
        }

        return option.Get(options) switch
        {
            bool flag => flag ? "`true`" : "`false`",
            IReadOnlyList<string> => "",
            var value when Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text => $"`{text}`",
            _ => "",
        };
    }

    private static string Wanted(OptionProperty option) => option switch
    {
        { Range: var (least, most) } => string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"),
        { Name: nameof(ServerOptions.CorsOrigins) } => "origins, or `*`",
        { Name: nameof(CustomerPageOptions.EmbedOrigins) } => "origins",
        { Name: nameof(ServerOptions.KnownProxies) } => "addresses or networks",
        { IsWords: true } => string.Join(", ", Scopes.All.Select(scope => $"`{scope}`")),
        _ =>
            option.Wanted()["must ".Length..].Replace("be ", "", StringComparison.Ordinal).Replace("have ", "", StringComparison.Ordinal)
                .Replace("from ", "", StringComparison.Ordinal).TrimEnd('.'),
    };

    private static string Summary(PropertyInfo property)
    {
        Type type = property.DeclaringType!;
        if (!Docs.TryGetValue(type.Assembly, out XDocument? docs))
        {
            Docs[type.Assembly] = docs = XDocument.Load(Path.Combine(AppContext.BaseDirectory, type.Assembly.GetName().Name + ".xml"));
        }

        XElement summary = docs.Descendants("member")
            .Single(member => (string?)member.Attribute("name") == $"P:{type.FullName}.{property.Name}").Element("summary")!;
        IEnumerable<string> text = summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{((string)see.Attribute("cref")!).Split('.')[^1]}`",
            _ => node.ToString(),
        });
        return Spaces().Replace(string.Concat(text), " ").Trim();
    }

    [GeneratedRegex(@"(?m)(^\|.*\n)+")]
    private static partial Regex Rows();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
