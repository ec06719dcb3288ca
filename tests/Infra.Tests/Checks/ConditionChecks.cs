using System.Text.Json;
using Infra.Tests.Compiler;

namespace Infra.Tests.Checks;

/// <summary>
/// What may not be deployed is asked only where it is deployed. The compiler warns of it, but an author who writes <c>!</c> has told
/// it to be silent, and the deployment fails.
/// </summary>
public static class ConditionChecks
{
    public static IEnumerable<string> Check(CompiledInfra infra) => infra.Template.All().SelectMany(Check);

    private static IEnumerable<string> Check(CompiledTemplate template)
    {
        Dictionary<string, string> conditions = template.Resources
            .Where(resource => resource.Value.TryGetProperty("condition", out _))
            .ToDictionary(resource => resource.Name, resource => resource.Value.GetProperty("condition").GetString()!.Trim('[', ']'));
        foreach ((string Name, JsonElement Value) user in
            template.Resources.Concat(template.Outputs.Select(output => (output.Name, output.Value))))
        {
            foreach (string expression in CompiledTemplate.Strings(user.Value))
            {
                foreach ((string name, string condition) in
                    conditions.Where(condition => !Implies(conditions.GetValueOrDefault(user.Name), condition.Value)))
                {
                    if (AsksUnguarded(expression, $"reference('{name}')", condition))
                    {
                        yield return $"{template.Name}: '{user.Name}' asks '{name}' without the condition {condition}, under which alone it is deployed";
                    }
                }
            }
        }
    }

    /// <summary>Whether one condition is the other, or has it among those that must all hold.</summary>
    private static bool Implies(string? condition, string other)
    {
        if (condition == other)
        {
            return true;
        }

        const string All = "and(";
        if (condition is null || !condition.StartsWith(All, StringComparison.Ordinal))
        {
            return false;
        }

        for (int at = All.Length; at < condition.Length; at = EndOfArgument(condition, at) + 1)
        {
            if (Implies(condition[at..EndOfArgument(condition, at)].Trim(), other))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AsksUnguarded(string expression, string question, string condition)
    {
        for (
            int at = expression.IndexOf(question, StringComparison.Ordinal); at >= 0; at = expression.IndexOf(question, at + 1,
            StringComparison.Ordinal))
        {
            if (!WithinThen(expression, at, $"if({condition}, "))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a place lies in what the condition chooses when it holds.</summary>
    private static bool WithinThen(string expression, int place, string head)
    {
        for (
            int at = expression.IndexOf(head, StringComparison.Ordinal); at >= 0
                && at < place; at = expression.IndexOf(head, at + 1, StringComparison.Ordinal))
        {
            if (place < EndOfArgument(expression, at + head.Length))
            {
                return true;
            }
        }

        return false;
    }

    private static int EndOfArgument(string expression, int start)
    {
        int depth = 0;
        bool quoted = false;
        for (int at = start; at < expression.Length; at++)
        {
            switch (expression[at])
            {
                case '\'':
                    quoted = !quoted;
                    break;
                case '(' or '[' when !quoted:
                    depth++;
                    break;
                case ')' or ']' or ',' when !quoted && depth == 0:
                    return at;
                case ')' or ']' when !quoted:
                    depth--;
                    break;
            }
        }

        return expression.Length;
    }
}
