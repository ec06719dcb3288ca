using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>Adds rows up by feature and unit.</summary>
internal sealed class FeatureTotals
{
    /// <summary>Most features and units that are told apart; what comes beyond is added up as one.</summary>
    // Codes are the operator's, and deleted licenses may have had any: without a bound a manifest could grow without one.
    internal const int MaxCount = 5_000;

    internal const string Others = "(other)";
    private readonly Dictionary<(string FeatureCode, string? Unit), UsageSums> _sums = [];

    /// <summary>Begins, or goes on.</summary>
    internal FeatureTotals(ImmutableArray<FeatureTotal> before = default)
    {
        foreach (var one in before.IsDefault ? [] : before)
        {
            _sums[(one.FeatureCode, one.Unit)] = new UsageSums(one.Count, one.Amount, one.Overage, one.Cost);
        }
    }

    internal void Add(in RowCount row)
    {
        var key = (row.FeatureCode, row.Unit);
        if (_sums.Count >= MaxCount && !_sums.ContainsKey(key))
        {
            key = (Others, row.Unit is null ? null : Others);
        }

        _sums[key] = _sums.GetValueOrDefault(key).Plus(row.Sums);
    }

    internal ImmutableArray<FeatureTotal> ToList() =>
    [
        .. _sums.OrderBy(one => one.Key.FeatureCode, StringComparer.Ordinal).ThenBy(one => one.Key.Unit, StringComparer.Ordinal)
            .Select(one => new FeatureTotal(
                one.Key.FeatureCode, one.Key.Unit, one.Value.Count, one.Value.Amount, one.Value.Overage, one.Value.Cost)),
    ];
}
