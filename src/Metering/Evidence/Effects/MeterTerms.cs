namespace Metering;

/// <summary>On what terms a license has a feature.</summary>
internal sealed record MeterTerms(Feature Feature, Terms Terms, string? PlanId, PeriodSchedule Schedule)
{
    /// <summary>Whether both are on the same terms.</summary>
    // Nearly always the same object.
    public static bool Same(MeterState before, MeterState after) =>
        ReferenceEquals(before.Basis, after.Basis) || before.Basis == after.Basis;
}
