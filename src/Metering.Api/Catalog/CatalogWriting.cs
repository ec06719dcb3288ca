namespace Metering.Api;

/// <summary>Writes features and plans in their document form.</summary>
internal static class CatalogWriting
{
    /// <summary>The catalog as the document that, put back, changes nothing.</summary>
    public static CatalogDocument ToDocument(CatalogSnapshot catalog) => new()
    {
        Features = [.. catalog.Features.Values.Select(ToDocument)],
        Plans = [.. catalog.Plans.Values.Select(versions => ToDocument(versions[^1]))],
    };

    public static FeatureDocument ToDocument(Feature feature) => new()
    {
        Code = feature.Code,
        Id = feature.Id,
        Name = feature.Name,
        Kind = EnumNames.Of(feature.Kind),
        // A boolean feature has a metric in memory only; put back with it, the document would be refused.
        Metric = feature.Kind == FeatureKind.Boolean ? null : EnumNames.Of(feature.Metric),
        Unit = feature.Unit,
        RetiredAt = feature.RetiredAt,
    };

    public static PlanDocument ToDocument(Plan plan) => new()
    {
        Id = plan.Id,
        Version = plan.Version,
        Name = plan.Name,
        Group = plan.Group,
        Default = plan.Default,
        Price = plan.Price is null
            ? null
            : new PlanPriceDocument
            {
                Amount = plan.Price.Amount,
                Currency = plan.Price.Currency,
                Interval = EnumNames.Of(plan.Price.Interval),
            },
        Includes = [.. plan.Includes.Select(
            include => TermsWriting.Fill(new IncludeDocument { FeatureCode = include.FeatureCode }, include.Terms))],
        PublishedAt = plan.PublishedAt,
    };
}
