using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// Merges a document into a catalog. <see cref="Apply"/> starts anew each time: a store calls it again when another change came first.
/// </summary>
internal sealed class CatalogChange(CatalogDocument document, DateTimeOffset now)
{
    private const int MaxDifferences = 1_000;

    private readonly List<CatalogItem> _created = [];
    private readonly List<CatalogItem> _changed = [];
    private readonly List<CatalogItem> _unchanged = [];
    private readonly List<TermsDifference> _differences = [];

    /// <summary>Where the document's features and plans are; pointers begin with it.</summary>
    public string FeaturesPointer { get; init; } = "/features";

    /// <inheritdoc cref="FeaturesPointer"/>
    public string PlansPointer { get; init; } = "/plans";

    /// <summary>Why the document can't be merged; null when it was.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>201 when it made a feature, a plan or a version of one; else 200.</summary>
    public int Status => _created.Count > 0 || _changed.Any(item => item.Version is not null)
        ? StatusCodes.Status201Created
        : StatusCodes.Status200OK;

    public CatalogChangeAnswer Answer(bool dryRun) => new(_created, _changed, _unchanged, _differences, dryRun);

    /// <summary>The catalog with the document in force; the same catalog when there is a <see cref="Problem"/>.</summary>
    public CatalogSnapshot Apply(CatalogSnapshot catalog)
    {
        // A try that another change made useless must leave nothing behind.
        _created.Clear();
        _changed.Clear();
        _unchanged.Clear();
        _differences.Clear();
        Problem = null;
        var errors = new FieldErrors();
        var features = MergeFeatures(catalog, errors);
        // With the merged features: a plan may include one that the same document publishes.
        var plans = MergePlans(catalog, features, errors);
        // Faults of single fields win: they are to be mended first, and may be why a feature seems to have changed its meaning.
        if (errors.Any)
        {
            Problem = errors.ToProblem();
        }

        return Problem is null ? new CatalogSnapshot { Features = features, Plans = plans } : catalog;
    }

    /// <summary>Puts the document in force in a store's catalog.</summary>
    /// <exception cref="ProblemException">It can't be merged.</exception>
    public async ValueTask<CatalogSnapshot> MergeAsync(ICatalogStore store, CancellationToken cancellationToken)
    {
        var catalog = await store.ChangeAsync(Apply, cancellationToken).ConfigureAwait(false);
        ThrowIfRefused();
        return catalog;
    }

    /// <exception cref="ProblemException">The document can't be merged.</exception>
    public void ThrowIfRefused()
    {
        if (Problem is not null)
        {
            throw new ProblemException(Problem);
        }
    }

    private ImmutableSortedDictionary<string, Feature> MergeFeatures(CatalogSnapshot catalog, FieldErrors errors)
    {
        var merged = catalog.Features.ToBuilder();
        var documents = document.Features ?? [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < documents.Length && HasRoom(i, FeaturesPointer, errors); i++)
        {
            var pointer = FeaturesPointer.Length == 0 ? "" : $"{FeaturesPointer}/{i}";
            if (!errors.Require(documents[i] is not null, pointer, "must be an object"))
            {
                continue;
            }

            var feature = CatalogReading.ReadFeature(documents[i]!, pointer, errors);
            // Which of the two was meant nobody can know, and the order of a list should not decide it.
            errors.Require(seen.Add(feature.Code), pointer + "/code", "is there twice");
            Note(catalog.Features.GetValueOrDefault(feature.Code), feature);
            merged[feature.Code] = feature;
        }

        return merged.ToImmutable();
    }

    private static bool HasRoom(int index, string pointer, FieldErrors errors) =>
        errors.Require(index < CatalogDocument.MaxItems, pointer, $"must have at most {CatalogDocument.MaxItems}");

    private void Note(Feature? before, Feature after)
    {
        var item = new CatalogItem("feature", after.Code, null);
        if (before is null)
        {
            _created.Add(item);
        }
        else if (before == after)
        {
            _unchanged.Add(item);
        }
        else if (before.Kind != after.Kind || before.Metric != after.Metric)
        {
            // What was counted under one meaning can't be read under another.
            Problem ??= new Problem(
                ProblemCode.FeatureInUse,
                $"The feature {after.Code} is published: its kind and metric type can't be changed. Publish another feature.");
        }
        else
        {
            _changed.Add(item);
        }
    }

    private ImmutableSortedDictionary<string, ImmutableArray<Plan>> MergePlans(
        CatalogSnapshot catalog, ImmutableSortedDictionary<string, Feature> features, FieldErrors errors)
    {
        var merged = catalog.Plans.ToBuilder();
        var documents = document.Plans ?? [];
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < documents.Length && HasRoom(i, PlansPointer, errors); i++)
        {
            var pointer = PlansPointer.Length == 0 ? "" : $"{PlansPointer}/{i}";
            if (!errors.Require(documents[i] is not null, pointer, "must be an object"))
            {
                continue;
            }

            var plan = CatalogReading.ReadPlan(documents[i]!, features, pointer, errors);
            errors.Require(places.TryAdd(plan.Id, pointer), pointer + "/id", "is there twice");
            merged[plan.Id] = WithVersion(catalog, plan, errors);
            if (merged[plan.Id][^1].Version > (catalog.FindPlan(plan.Id)?.Version ?? 0))
            {
                RequireOffered(plan, features, pointer, errors);
            }
        }

        // Of the merged catalog: a document can be right by itself and clash with a plan that is published already.
        RequireOneDefault(merged, places, errors);
        RequireOneCase(merged, places, errors);
        return merged.ToImmutable();
    }

    private ImmutableArray<Plan> WithVersion(CatalogSnapshot catalog, Plan plan, FieldErrors errors)
    {
        if (!catalog.Plans.TryGetValue(plan.Id, out var versions))
        {
            _created.Add(new CatalogItem("plan", plan.Id, 1));
            return [plan with { Version = 1, PublishedAt = now }];
        }

        var latest = versions[^1];
        // So a deployment may put its catalog each time: a version is made only where something changes, and licenses stay on what they
        // have.
        if (latest.SaysTheSameAs(plan))
        {
            _unchanged.Add(new CatalogItem("plan", plan.Id, latest.Version));
            return versions;
        }

        var next = plan with { Version = latest.Version + 1, PublishedAt = now };
        _changed.Add(new CatalogItem("plan", plan.Id, next.Version));
        if (!errors.Any)
        {
            // A document with faults is refused, and can't always be compared: a plan may have a feature twice.
            _differences.AddRange(TermsDifferences.Between(latest, next).Take(MaxDifferences - _differences.Count));
        }

        return versions.Add(next);
    }

    /// <summary>Why a feature can't be given to anybody new.</summary>
    public static string WhyNotOffered(Feature retired) =>
        $"is not offered any more: {retired.Code} was retired at {retired.RetiredAt:yyyy-MM-dd'T'HH:mm:ss'Z'}";

    // Only of a version that is made now: a plan that is put again as it is stays as it is, retired features included.
    private void RequireOffered(
        Plan plan, ImmutableSortedDictionary<string, Feature> features, string pointer, FieldErrors errors)
    {
        for (var i = 0; i < plan.Includes.Length; i++)
        {
            if (features.TryGetValue(plan.Includes[i].FeatureCode, out var feature) && feature.IsRetired(now))
            {
                errors.Add($"{pointer}/includes/{i}/feature_code", WhyNotOffered(feature));
            }
        }
    }

    // A unit is told apart by case, and nobody means two units that differ only in it: a price in one could not be paid from the other.
    private static void RequireOneCase(
        ImmutableSortedDictionary<string, ImmutableArray<Plan>>.Builder plans, Dictionary<string, string> places, FieldErrors errors)
    {
        var known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        // Plans that the document does not name come first, so that the fault is found at one that it does: only that has a place in the
        // body.
        foreach (var plan in plans.Values.Select(versions => versions[^1]).OrderBy(plan => places.ContainsKey(plan.Id)))
        {
            for (var i = 0; i < plan.Includes.Length; i++)
            {
                if (plan.Includes[i].Terms.PriceUnit is { Length: > 0 } unit && !known.TryAdd(unit, unit) && known[unit] != unit
                    && places.TryGetValue(plan.Id, out var pointer))
                {
                    errors.Add($"{pointer}/includes/{i}/price/unit", $"differs only in case from the catalog's unit {known[unit]}");
                }
            }
        }
    }

    private void RequireOneDefault(
        ImmutableSortedDictionary<string, ImmutableArray<Plan>>.Builder plans, Dictionary<string, string> places, FieldErrors errors)
    {
        var defaults = plans.Values.Select(versions => versions[^1]).Where(plan => plan.Default);
        foreach (var group in defaults.GroupBy(plan => plan.Group, StringComparer.Ordinal))
        {
            foreach (var plan in group.Skip(1))
            {
                // The second default may be a plan that the document does not name. Then the place is that of the first, which clashes with
                // it.
                var pointer = places.GetValueOrDefault(plan.Id) ?? places.GetValueOrDefault(group.First().Id) ?? PlansPointer;
                errors.Add(pointer + "/default", $"the group {group.Key} has the default plan {group.First().Id} already");
            }
        }
    }
}
