using System.Text.RegularExpressions;

namespace Source.Tests;

/// <summary><c>docs/metrics.md</c> lists every instrument of hosts and client, as it stands in the code.</summary>
public sealed partial class MetricTests
{
    // In the order of the page's sections.
    private static readonly string[] Sections = ["src/Metering.Api/", "src/Metering.Server/", "src/Metering.Client/"];

    [Fact]
    public void The_page_of_metrics_lists_every_instrument_as_the_code_has_it()
    {
        var page = Checkout.Texts.Single(file => file.Path == "docs/metrics.md");
        var instruments = Instruments().ToList();

        Assert.NotEmpty(instruments);
        Assert.Equal(
            instruments.OrderBy(one => Array.FindIndex(Sections, section => one.Path.StartsWith(section, StringComparison.Ordinal)))
                .ThenBy(one => one.Row, StringComparer.Ordinal).Select(one => one.Row),
            page.Lines.Where(line => line.StartsWith("| `metering.", StringComparison.Ordinal) && !SpanRow().IsMatch(line)));
    }

    [Fact]
    public void No_instrument_is_declared_in_another_form() => Assert.Equal(
        Checkout.Product.Sum(file => file.Lines.Count(line => AnyInstrument().IsMatch(line))), Instruments().Count());

    [Fact]
    public void The_page_of_metrics_lists_every_span_and_every_attribute_of_one()
    {
        var page = string.Join('\n', Checkout.Texts.Single(file => file.Path == "docs/metrics.md").Lines);
        var names = (
            from file in Checkout.Product
            from Match match in SpanPart().Matches(string.Join('\n', file.Lines))
            select match.Groups["name"].Value).Distinct().ToList();

        Assert.Contains("metering.apply", names);
        Assert.Contains("http.route", names);

        // Of the client's spans the code has the beginning, and the page the rest too.
        Checkout.AssertNone(names.Where(name => !page.Contains(name.EndsWith('.') ? $"`{name}" : $"`{name}`", StringComparison.Ordinal)));
        Checkout.AssertNone(
            SpanRow().Matches(page).Select(match => match.Groups["name"].Value).Where(name => !names.Contains(name)));
    }

    private static IEnumerable<(string Path, string Row)> Instruments() =>
        from file in Checkout.Product
        from Match made in Instrument().Matches(string.Join('\n', file.Lines))
        select (file.Path, $"| `{made.Groups["name"]}` | {made.Groups["kind"]} | {made.Groups["unit"]} | {made.Groups["what"]} |");

    [GeneratedRegex("""\.Create(?<kind>\w+?)(<\w+>)?\(\s*"(?<name>metering\.[\w.]+)",[^"]*"(?<unit>[^"]+)",\s*"(?<what>[^"]+)"\)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\.(StartActivity|SetTag)\(\s*""(?<name>[\w.]+)""")]
    private static partial Regex SpanPart();

    [GeneratedRegex(@"^\| `(?<name>[\w.]+)` \| internal \|", RegexOptions.Multiline)]
    private static partial Regex SpanRow();

    [GeneratedRegex(@"\.Create(Observable)?(Counter|UpDownCounter|Gauge|Histogram)\b")]
    private static partial Regex AnyInstrument();
}
