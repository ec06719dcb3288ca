using System.Text.RegularExpressions;

namespace Source.Tests;

/// <summary>
/// What the product logs has an id and a name by which alerts find it, on both hosts; <c>docs/logs.md</c> lists all of them, as they stand
/// in the code.
/// </summary>
public sealed partial class LogTests
{
    [Fact]
    public void Every_event_of_a_log_has_an_id_and_a_name_of_its_own()
    {
        var events = Events().ToList();

        Assert.NotEmpty(events);
        Checkout.AssertNone(
            from one in events
            where one.Id.Length == 0 || one.Name.Length == 0 || events.Count(other => other.Id == one.Id || other.Name == one.Name) > 1
            select $"{one.Path}: {one.Id} {one.Name} {one.Message}");
    }

    [Fact]
    public void The_page_of_logs_lists_every_event_as_the_code_has_it()
    {
        var page = Checkout.Texts.Single(file => file.Path == "docs/logs.md");

        Assert.Equal(
            Events().OrderBy(one => one.Id, StringComparer.Ordinal)
                .Select(one => $"| {one.Id} | `{one.Name}` | {one.Level} | {one.Message} |"),
            page.Lines.Where(line => RowOfEvent().IsMatch(line)));
    }

    private static IEnumerable<(string Path, string Id, string Name, string Level, string Message)> Events() =>
        from file in Checkout.Product
        from Match match in Declaration().Matches(string.Join('\n', file.Lines))
        let declared = match.Groups["declared"].Value
        select (
            file.Path,
            Part(Id(), declared),
            Part(Name(), declared),
            Part(Level(), declared),
            string.Concat(Words().Matches(Part(Message(), declared)).Select(part => part.Groups["words"].Value)));

    private static string Part(Regex part, string declared) =>
        part.Match(declared) is { Success: true } match ? match.Groups["part"].Value : "";

    [GeneratedRegex(@"^    \[LoggerMessage\((?<declared>.*?)\)\]$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\bEventId = (?<part>\d+)")]
    private static partial Regex Id();

    [GeneratedRegex(@"\bEventName = ""(?<part>\w+)""")]
    private static partial Regex Name();

    [GeneratedRegex(@"\bLevel = LogLevel\.(?<part>\w+)")]
    private static partial Regex Level();

    // A long message is several texts, joined by a plus.
    [GeneratedRegex(@"\bMessage = (?<part>"".*)$", RegexOptions.Singleline)]
    private static partial Regex Message();

    [GeneratedRegex(@"""(?<words>[^""]*)""")]
    private static partial Regex Words();

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex RowOfEvent();
}
