using System.Text.Json;

namespace Metering.Api;

/// <summary>
/// Compares two versions of a plan by the documents of their terms. So a difference reads as what the operator writes, and a field that
/// terms get later is compared without a line here.
/// </summary>
internal static class TermsDifferences
{
    private const string WholeFeature = "feature";

    /// <summary>What a version says in another way than the one before it, by feature and field.</summary>
    public static IEnumerable<TermsDifference> Between(Plan before, Plan after)
    {
        var (old, given) = (Documents(before), Documents(after));
        foreach (var code in old.Keys.Union(given.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (was, now) = (Find(old, code), Find(given, code));
            if (was is null || now is null)
            {
                yield return new TermsDifference(after.Id, code, WholeFeature, was, now);
                continue;
            }

            foreach (var field in Fields(was.Value).Union(Fields(now.Value), StringComparer.Ordinal))
            {
                var (one, other) = (Find(was.Value, field), Find(now.Value, field));
                if (one?.GetRawText() != other?.GetRawText())
                {
                    yield return new TermsDifference(after.Id, code, field, one, other);
                }
            }
        }
    }

    private static Dictionary<string, JsonElement> Documents(Plan plan) => plan.Includes.ToDictionary(
        include => include.FeatureCode,
        include => JsonSerializer.SerializeToElement(TermsWriting.ToDocument(include.Terms), ApiJson.Default.TermsDocument),
        StringComparer.Ordinal);

    private static IEnumerable<string> Fields(JsonElement terms) => terms.EnumerateObject().Select(field => field.Name);

    private static JsonElement? Find(Dictionary<string, JsonElement> terms, string code) =>
        terms.TryGetValue(code, out var found) ? found : null;

    private static JsonElement? Find(JsonElement terms, string field) => terms.TryGetProperty(field, out var found) ? found : null;
}
