namespace Metering;

/// <summary>On what terms a license has a feature.</summary>
internal sealed record MeterTerms(Feature Feature, Terms Terms, string? PlanId, PeriodSchedule Schedule);
