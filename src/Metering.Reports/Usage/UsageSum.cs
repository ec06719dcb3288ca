using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>Adds up what licenses used, bucket by bucket.</summary>
internal sealed class UsageSum(UsageReading reading)
{
    /// <summary>Most users that one bucket lists; the others are told together.</summary>
    private const int MaxListed = 100;

    private readonly SortedDictionary<(DateTimeOffset From, DateTimeOffset To), Part> parts = [];
    private readonly ImmutableArray<LicenseUsed>.Builder licenses = ImmutableArray.CreateBuilder<LicenseUsed>();
    private readonly HashSet<string> units = new(StringComparer.Ordinal);
    private readonly UserTally users = new();
    private readonly UsageTally total = new(default);
    private Feature? feature;
    private decimal? last;
    private decimal? mean;

    public void Add(LicenseFold fold)
    {
        feature ??= fold.Meter.Feature;
        units.UnionWith(fold.Units);

        var sum = new UsageTally(fold.Span);
        for (var i = 0; i < fold.Tallies.Count; i++)
        {
            var tally = fold.Tallies[i];
            sum.Add(tally);
            var begun = tally.Span.From < reading.Now;
            PartOf(tally.Span).Add(
                tally, begun ? fold.LevelAt(tally.Span.To) : null, MeanOf(fold, tally), reading.Query.ByUser ? fold.Users[i] : null);
        }

        foreach (var tally in fold.Users)
        {
            users.Add(tally);
        }

        total.Add(sum);
        var (level, average) = (fold.LevelAt(fold.Span.To), MeanOf(fold, sum));
        last = Plus(last, level);
        mean = Plus(mean, average);
        licenses.Add(new LicenseUsed
        {
            LicenseId = fold.State.LicenseId,
            From = fold.Span.From,
            To = fold.Span.To,
            Total = level ?? sum.Sum,
            Count = sum.Count,
            Overage = sum.Overage,
            Cost = fold.Units.Count <= 1 ? sum.Cost : null,
            CostUnit = fold.Units.Count == 1 ? fold.Units.First() : null,
            Last = level,
            Max = level is null ? null : sum.Max,
            Mean = average,
        });
    }

    /// <summary>The report.</summary>
    /// <param name="asked">The span that was asked for, where no license says which buckets it has.</param>
    public UsageSummary ToSummary(ReportSpan asked)
    {
        var query = reading.Query;
        var buckets = parts.Values.Select(part => part.ToBucket(IsOneUnit)).ToImmutableArray();
        return new UsageSummary
        {
            TenantId = query.TenantId,
            Metric = query.Metric,
            MetricType = feature?.Metric ?? default,
            Unit = feature?.Unit,
            From = licenses.Count > 0 ? licenses.Min(license => license.From) : asked.From,
            To = licenses.Count > 0 ? licenses.Max(license => license.To) : asked.To,
            Granularity = query.Granularity,
            Total = last ?? total.Sum,
            Count = total.Count,
            Overage = total.Overage,
            Cost = IsOneUnit ? total.Cost : null,
            CostUnit = units.Count == 1 ? units.First() : null,
            Last = last,
            Max = last is not null && licenses.Count == 1 ? total.Max : null,
            Mean = mean,
            Buckets = buckets,
            TopUsers = reading.TellsUsers ? users.Top(query.TopUsers, total.Sum) : null,
            Licenses = licenses.ToImmutable(),
        };
    }

    // Costs in different units don't add up.
    private bool IsOneUnit => units.Count <= 1;

    private decimal? MeanOf(LicenseFold fold, UsageTally tally) =>
        fold.Meter.Feature.IsLevel ? LevelLine.Mean(tally.UnitSeconds, tally.Span, reading.Now) : null;

    private Part PartOf(ReportSpan span)
    {
        if (!parts.TryGetValue((span.From, span.To), out var part))
        {
            parts[(span.From, span.To)] = part = new Part(span, reading.Query.ByUser ? new UserTally() : null);
        }

        return part;
    }

    private static decimal? Plus(decimal? sum, decimal? more) => more is null ? sum : (sum ?? 0) + more;

    private sealed class Part(ReportSpan span, UserTally? users)
    {
        private readonly UsageTally tally = new(span);
        private int licenses;
        private decimal? last;
        private decimal? mean;

        public void Add(UsageTally more, decimal? level, decimal? average, UserTally? its)
        {
            licenses++;
            tally.Add(more);
            last = Plus(last, level);
            mean = Plus(mean, average);
            if (its is not null)
            {
                users!.Add(its);
            }
        }

        public UsageBucket ToBucket(bool isOneUnit)
        {
            var listed = users?.Top(MaxListed, tally.Sum);
            var (told, changes) = (listed?.Sum(user => user.Total) ?? 0, listed?.Sum(user => user.Count) ?? 0);
            return new UsageBucket
            {
                Start = span.From,
                End = span.To,
                Total = last ?? (mean is null && tally.Max is null ? tally.Sum : 0),
                Count = tally.Count,
                Overage = tally.Overage,
                Cost = isOneUnit ? tally.Cost : null,
                Last = last,
                Max = licenses == 1 ? tally.Max : null,
                Mean = mean,
                Users = listed,
                Unlisted = listed is { } some
                    ? new UnlistedUsage(users!.Count - some.Length, tally.Sum - told, tally.Count - changes)
                    : null,
            };
        }
    }
}
