namespace Metering;

/// <summary>A feature together with the terms on which a plan or an assignment gives it.</summary>
/// <param name="Feature">The feature, as the catalog has it.</param>
/// <param name="Terms">The terms.</param>
public sealed record FeatureTerms(Feature Feature, Terms Terms);
