using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Samples.Tests.Http;

/// <summary>A file of requests, as the HTTP clients of editors read them: variables, named requests, and fields of their answers.</summary>
internal sealed partial class HttpFile
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _answers = new(StringComparer.Ordinal);

    /// <summary>Sends the requests in order.</summary>
    /// <param name="text">The file.</param>
    /// <param name="http">What sends.</param>
    /// <param name="variables">Variables that are set otherwise than the file does.</param>
    /// <returns>For each request its title, the status that the file says (0: a success), that which came, and the answer.</returns>
    public async Task<IReadOnlyList<(string Title, int Wanted, int Status, string Answer)>> RunAsync(
        string text, HttpClient http, IReadOnlyDictionary<string, string> variables)
    {
        var outcomes = new List<(string, int, int, string)>();
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n###"))
        {
            var lines = block.Split('\n').ToList();
            foreach (Match set in Variable().Matches(block))
            {
                var name = set.Groups["name"].Value;
                _variables[name] = variables.GetValueOrDefault(name, set.Groups["value"].Value.Trim());
            }

            var first = lines.FindIndex(line => RequestLine().IsMatch(line));
            if (first >= 0)
            {
                outcomes.Add(await SendAsync(lines, first, http));
            }
        }

        return outcomes;
    }

    private async Task<(string Title, int Wanted, int Status, string Answer)> SendAsync(List<string> lines, int first, HttpClient http)
    {
        var line = RequestLine().Match(lines[first]);
        using var request = new HttpRequestMessage(new HttpMethod(line.Groups["method"].Value), Fill(line.Groups["url"].Value));
        var empty = lines.FindIndex(first, string.IsNullOrWhiteSpace);
        var headers = lines[(first + 1)..(empty < 0 ? lines.Count : empty)]
            .Select(header => header.Split(": ", 2)).ToDictionary(header => header[0], header => Fill(header[1].Trim()));
        if (empty >= 0 && string.Join('\n', lines[(empty + 1)..]).Trim() is { Length: > 0 } body)
        {
            request.Content = new StringContent(Fill(body), Encoding.UTF8, headers.GetValueOrDefault("Content-Type", "text/plain"));
        }

        foreach (var (name, value) in headers.Where(header => header.Key != "Content-Type"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (Note(lines, "@name ") is { } named)
        {
            _answers[named] = JsonSerializer.Deserialize<JsonElement>(text);
        }

        return (lines[0].Trim(), Note(lines, "answers ") is { } wanted ? int.Parse(wanted) : 0, (int)answer.StatusCode, text);
    }

    private static string? Note(List<string> lines, string what) =>
        lines.FirstOrDefault(line => line.StartsWith("# " + what, StringComparison.Ordinal))?[(what.Length + 2)..].Trim();

    private string Fill(string text) => Reference().Replace(text, match => match.Groups["what"].Value.Split('.') switch
    {
        ["$datetime iso8601"] => DateTimeOffset.UtcNow.ToString("O"),
        [var name] => _variables[name],
        [var name, "response", "body", "$", var field] => _answers[name].GetProperty(field).GetString()!,
        _ => throw new InvalidOperationException($"{match.Value} is nothing that this reader knows."),
    });

    [GeneratedRegex(@"^@(?<name>\w+)\s*=(?<value>.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?<method>GET|POST|PUT|PATCH|DELETE) (?<url>\S+)")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\{\{(?<what>[^}]+)\}\}")]
    private static partial Regex Reference();
}
