using System.Net.Http.Json;
using System.Text.Json;

namespace Metering.Benchmarks;

/// <summary>
/// What must hold when everything that was sent was answered: each id is in its license's ledger once, with its amount, and nothing else;
/// and the license's use is their sum.
/// </summary>
internal static class CrashCheck
{
    private const int PageSize = 1_000;
    private const int MaxTold = 20;

    /// <summary>Compares through the API.</summary>
    /// <param name="http">The host.</param>
    /// <param name="licenses">The licenses.</param>
    /// <param name="uses">What was acknowledged.</param>
    /// <returns>What differs; empty when nothing does.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(HttpClient http, LoadedLicense[] licenses, IEnumerable<SentUse> uses)
    {
        var findings = new List<string>();
        var sent = uses.ToLookup(use => use.License);
        foreach (var license in licenses)
        {
            await CompareAsync(http, license, sent[license], findings);
        }

        return findings.Count <= MaxTold ? findings : [.. findings.Take(MaxTold), $"and {findings.Count - MaxTold} more"];
    }

    private static async Task CompareAsync(HttpClient http, LoadedLicense license, IEnumerable<SentUse> uses, List<string> findings)
    {
        // An id that was acknowledged twice would have been sent twice: a fault of the load, and it throws.
        var sent = uses.ToDictionary(use => use.Id);
        var acknowledged = sent.Values.Sum(use => (decimal)use.Amount);
        var usage = await http.GetFromJsonAsync<JsonElement>($"/api/v1/licenses/{license.Id}/usage");
        var used = usage.GetProperty("features")[0].GetProperty("used").GetDecimal();
        if (used != acknowledged)
        {
            findings.Add($"{license.Id}: {used} are counted, but {acknowledged} were acknowledged");
        }

        var sequence = 0L;
        var cursor = (string?)null;
        do
        {
            var page = await http.GetFromJsonAsync<JsonElement>(
                $"/api/v1/licenses/{license.Id}/ledger?limit={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            foreach (var entry in page.GetProperty("items").EnumerateArray())
            {
                if (entry.GetProperty("sequence").GetInt64() != ++sequence)
                {
                    findings.Add($"{license.Id}: entry {sequence} is missing");
                    sequence = entry.GetProperty("sequence").GetInt64();
                }

                if (entry.GetProperty("kind").GetString() is "consumed" or "recorded")
                {
                    Find(license, entry, sent, findings);
                }
            }

            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        findings.AddRange(sent.Keys.Select(id => $"{license.Id}: {id} was acknowledged, but is not in the ledger"));
    }

    private static void Find(LoadedLicense license, JsonElement entry, Dictionary<string, SentUse> sent, List<string> findings)
    {
        var id = Text(entry, "idempotency_key") ?? Text(entry, "event_id") ?? "";
        if (!sent.Remove(id, out var use))
        {
            findings.Add($"{license.Id}: {id} is in the ledger twice, or was never sent");
        }
        else if (entry.GetProperty("amount").GetDecimal() != use.Amount)
        {
            findings.Add($"{license.Id}: {id} counted {entry.GetProperty("amount")} in place of {use.Amount}");
        }
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
