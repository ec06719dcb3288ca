using Metering;

namespace MeterFunctions.Evidence;

/// <summary>What differs in a license's rows, in words for an operator.</summary>
internal sealed class Findings(string licenseId)
{
    private readonly List<string> _list = [];

    /// <summary>
    /// What was found; as with the replay's, at most <see cref="EvidenceReplay.MaxDifferences"/>, and one that says that there are more.
    /// </summary>
    public IReadOnlyList<string> List => _list;

    /// <summary>Takes what was found.</summary>
    public void Add(string what)
    {
        if (_list.Count < EvidenceReplay.MaxDifferences)
        {
            _list.Add($"{licenseId}: {what}");
        }
        else if (_list.Count == EvidenceReplay.MaxDifferences)
        {
            _list.Add($"{licenseId}: there are more differences in its rows, which are not listed");
        }
    }
}
