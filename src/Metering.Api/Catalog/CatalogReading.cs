using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>Reads features and plans from their document form.</summary>
internal static class CatalogReading
{
    private const int MaxUnitLength = 64;

    public static Feature ReadFeature(FeatureDocument document, string pointer, FieldErrors errors)
    {
        var kind = Texts.OneOf(errors, pointer + "/kind", document.Kind, FeatureKind.Metered);
        // Refused and not passed over: who gives a boolean feature a metric expects it to count.
        errors.Require(kind == FeatureKind.Metered || document.Metric is null, pointer + "/metric", "has no meaning for a boolean feature");
        errors.Require(
            document.Unit is null or { Length: <= MaxUnitLength }, pointer + "/unit", $"must have 1 to {MaxUnitLength} characters");
        return new Feature
        {
            Code = Texts.Code(errors, pointer + "/code", document.Code),
            Name = Texts.OptionalName(errors, pointer + "/name", document.Name),
            Kind = kind,
            Metric = Texts.OneOf(errors, pointer + "/metric", document.Metric, MetricType.Counter),
            Unit = Texts.OptionalName(errors, pointer + "/unit", document.Unit),
            RetiredAt = document.RetiredAt,
        };
    }

    /// <summary>Reads a plan; <paramref name="features"/> are those that it may include.</summary>
    public static Plan ReadPlan(PlanDocument document, IReadOnlyDictionary<string, Feature> features, string pointer, FieldErrors errors) =>
        new()
    {
        Id = Texts.Code(errors, pointer + "/id", document.Id),
        Name = Texts.OptionalName(errors, pointer + "/name", document.Name),
        Group = Texts.OptionalCode(errors, pointer + "/group", document.Group) ?? Plan.DefaultGroup,
        Default = document.Default ?? false,
        Price = document.Price is null ? null : ReadPrice(document.Price, pointer + "/price", errors),
        Includes = ReadIncludes(document.Includes ?? [], features, pointer + "/includes", errors),
    };

    private static PlanPrice ReadPrice(PlanPriceDocument document, string pointer, FieldErrors errors)
    {
        errors.Require(document.Amount is >= 0, pointer + "/amount", document.Amount is null ? "is required" : "must be zero or more");
        return new PlanPrice(
            document.Amount ?? 0,
            Texts.OptionalCode(errors, pointer + "/currency", document.Currency),
            Texts.OneOf(errors, pointer + "/interval", document.Interval, Interval.Month));
    }

    private static ImmutableArray<PlanInclude> ReadIncludes(
        IncludeDocument?[] documents, IReadOnlyDictionary<string, Feature> features, string pointer, FieldErrors errors)
    {
        if (!errors.Require(documents.Length <= MeterLimits.Meters, pointer, $"must have at most {MeterLimits.Meters} features"))
        {
            return [];
        }

        var read = ImmutableArray.CreateBuilder<PlanInclude>(documents.Length);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < documents.Length; i++)
        {
            var at = $"{pointer}/{i}";
            if (!errors.Require(documents[i] is not null, at, "must be an object"))
            {
                continue;
            }

            var document = documents[i]!;
            var code = Texts.Code(errors, at + "/feature_code", document.FeatureCode);
            Feature? feature = null;
            // A text that is no code has been refused already: one fault of a field is told once.
            if (Texts.IsCode(code) && !features.TryGetValue(code, out feature))
            {
                errors.Add(at + "/feature_code", "is not a feature of the catalog");
            }

            errors.Require(seen.Add(code), at + "/feature_code", "is there twice");
            // Also of a feature that is not known, so that the answer names what is wrong with its terms too.
            read.Add(new PlanInclude(code, TermsReading.Read(document, feature, at, errors)));
        }

        return read.ToImmutable();
    }
}
