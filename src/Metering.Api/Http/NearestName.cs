namespace Metering.Api;

/// <summary>Finds the name that somebody most likely meant.</summary>
internal static class NearestName
{
    private const int MaxComparedLength = 64;
    private const int ShortestBeginning = 3;

    /// <summary>
    /// The known name that is nearest to a given one; null when none is near. Near is: the same but for case, hyphens and underscores; or
    /// one letter in three different at most; or else, one is how the other begins.
    /// </summary>
    public static string? To(string given, IEnumerable<string> known)
    {
        // The comparison takes time and memory by the product of both lengths, and a body may have names as long as itself.
        if (given.Length is 0 or > MaxComparedLength)
        {
            return null;
        }

        var plain = Plain(given);
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var name in known)
        {
            var other = Plain(name);
            var distance = Distance(plain, other);
            if (distance < least && distance <= Math.Max(1, Math.Max(plain.Length, other.Length) / 3))
            {
                (nearest, least) = (name, distance);
            }
        }

        return nearest ?? known.FirstOrDefault(name => Begins(plain, Plain(name)));
    }

    /// <summary>What to say of a name that is not known.</summary>
    /// <param name="what">What it is: <c>a field of this document</c>.</param>
    /// <param name="given">The name.</param>
    /// <param name="known">The names that are known.</param>
    public static string Refusal(string what, string given, IReadOnlyCollection<string> known)
    {
        if (To(given, known) is { } nearest)
        {
            return $"is not {what}: did you mean {nearest}?";
        }

        return known.Count == 0 ? $"is not {what}, which has none" : $"is not {what}; known are {string.Join(", ", known)}";
    }

    // featureCode, feature-code and FEATURE_CODE are all the same word.
    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static bool Begins(string a, string b) =>
        Math.Min(a.Length, b.Length) >= ShortestBeginning
        && (a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal));

    // Letters to add, to drop, to change or to swap with their neighbour (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
