using System.Globalization;
using System.Text.RegularExpressions;

namespace Source.Tests;

/// <summary>Every rule of <c>docs/rules.md</c> is named by tests that hold it: where it is decided, and where a caller sees it.</summary>
public sealed partial class RuleTests
{
    private static readonly string[] Inner =
    [
        "tests/Metering.Tests/", "tests/Metering.Api.Tests/", "tests/Metering.Contracts/", "tests/Metering.Server.Tests/",
        "tests/MeterFunctions.Tests/",
    ];

    private static readonly string[] Outer = ["tests/Metering.Conformance/"];

    private const int Count = 12;

    public static TheoryData<int> Rules => new(Enumerable.Range(1, Count));

    [Fact]
    public void The_page_of_rules_has_these_and_no_others()
    {
        var page = Checkout.Texts.Single(file => file.Path == "docs/rules.md");
        Assert.Equal(
            Enumerable.Range(1, Count),
            page.Lines.Select(line => Heading().Match(line)).Where(match => match.Success).Select(match => Number(match.Groups["number"])));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Where_a_rule_is_decided_a_test_names_it(int rule) => Assert.NotEmpty(Named(Inner, rule));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Where_a_rule_is_seen_a_test_names_it(int rule) => Assert.NotEmpty(Named(Outer, rule));

    [Fact]
    public void No_test_names_a_rule_that_there_is_not() => Checkout.AssertNone(
        from file in Checkout.Sources
        from line in file.Lines
        from Match match in Attribute().Matches(line)
        where Number(match.Groups["number"]) is < 1 or > Count
        select $"{file.Path}: {line.Trim()}");

    private static IEnumerable<string> Named(string[] folders, int rule) =>
        from file in Checkout.Sources
        where folders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal))
        from line in file.Lines
        from Match match in Attribute().Matches(line)
        where Number(match.Groups["number"]) == rule
        select file.Path;

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*\[Rule\((?<number>\d+)\)\]")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^## (?<number>\d+)\. ")]
    private static partial Regex Heading();
}
