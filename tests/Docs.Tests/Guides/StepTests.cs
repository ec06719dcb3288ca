namespace Docs.Tests.Guides;

/// <summary>How a page is read and compared: what it does not say must not pass.</summary>
public sealed class StepTests
{
    [Fact]
    public void Comments_below_a_command_are_what_it_shows_and_others_are_remarks() => Assert.Equal(
        [new("A=1\necho $A\n", "1"), new("echo '{\n  2 }' |\n  cat\n", "{\n2 }"), new("true\n", "")],
        Step.Of("# A remark.\nA=1\necho $A\n# 1\necho '{\n  2 }' |\n  cat\n# {\n#   2 }\n\n# A remark.\ntrue"));

    [Theory]
    [InlineData("""{"a":1,…}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"a":1,…}""", """{"b":2}{"a":1,"b":2}""", true)]
    [InlineData("""{"a":1,…}""", """{"a":2,"b":2}""", false)]
    [InlineData("""{"a":1}""", """{"a":1}{"b":2}""", false)]
    [InlineData("""{"a":1,"b":2}""", """{"c":{"a":1,"b":2}}""", false)]
    [InlineData("HTTP/1.1 200 OK\n…\nAge: …", "HTTP/1.1 200 OK\nX: 1\nAge: 7\n", true)]
    [InlineData("HTTP/1.1 200 OK\n…\nAge: …", "HTTP/1.1 200 OK\nX: 1\n", false)]
    [InlineData("", "anything", true)]
    public void What_came_is_compared_with_what_is_shown(string shown, string output, bool agrees) =>
        Assert.Equal(agrees, new Step("a", shown).Fault(0, output) is null);

    [Theory]
    [InlineData(1, "", "")]
    [InlineData(0, "", """{"type":"https://meterfunctions.dev/problems/busy"}""")]
    [InlineData(0, "{…}", """{"type":"https://meterfunctions.dev/problems/busy"}""")]
    public void A_failure_that_is_not_shown_does_not_pass(int status, string shown, string output) =>
        Assert.NotNull(new Step("a", shown).Fault(status, output));
}
