using System.Text;
using System.Text.RegularExpressions;

namespace Docs.Tests.Guides;

/// <summary>Lines that are typed, and what is said to appear.</summary>
/// <param name="Commands">What is typed.</param>
/// <param name="Shown">What the comment below says; <c>…</c> stands for anything. Empty: nothing is said.</param>
internal sealed record Step(string Commands, string Shown)
{
    private const string Problem = "https://meterfunctions.dev/problems/";

    /// <summary>
    /// The steps of a block. Lines that begin with <c>#</c> right below a command are what it shows; below an empty line, or at the
    /// beginning, they are a remark.
    /// </summary>
    public static IEnumerable<Step> Of(string block)
    {
        var commands = new StringBuilder();
        var shown = new List<string>();
        var isBelowCommand = false;
        foreach (var line in block.Split('\n'))
        {
            var isRemark = line.StartsWith('#');
            if (isRemark && isBelowCommand)
            {
                shown.Add(line[1..].Trim());
                continue;
            }

            if (shown.Count > 0)
            {
                yield return new(commands.ToString(), string.Join('\n', shown));
                commands.Clear();
                shown.Clear();
            }

            isBelowCommand = !isRemark && line.Trim().Length > 0;
            if (isBelowCommand)
            {
                commands.Append(line).Append('\n');
            }
        }

        if (commands.Length > 0)
        {
            yield return new(commands.ToString(), string.Join('\n', shown));
        }
    }

    /// <summary>What is wrong with what came; null when it is what the page says.</summary>
    /// <param name="status">The exit status of the last command.</param>
    /// <param name="output">What the commands wrote.</param>
    public string? Fault(int status, string output)
    {
        if (status != 0)
        {
            return $"ended with {status}";
        }

        if (output.Contains(Problem, StringComparison.Ordinal) && !Shown.Contains(Problem, StringComparison.Ordinal))
        {
            return "was answered with a problem that the page does not show";
        }

        return Shown.Length == 0 || Pattern().IsMatch(output) ? null : "did not show what the page says";
    }

    // Several commands may write before the one that is shown, so the text need not begin with it; it ends with it.
    private Regex Pattern() => new(
        @"(^|[\n}\]]) *" + string.Join(@"\s*\n", Shown.Split('\n').Select(LinePattern)) + @"\s*$");

    private static string LinePattern(string line) => Regex.Escape(line).Replace("…", @"[\s\S]*?", StringComparison.Ordinal);
}
