namespace Metering;

/// <summary>Which dead letters are meant: those that have all that is said; null says nothing.</summary>
/// <param name="Code">Why they could not be counted.</param>
/// <param name="TenantId">The customer that their event names.</param>
/// <param name="Metric">The feature that their event names.</param>
public sealed record DeadLetterKind(string? Code = null, string? TenantId = null, string? Metric = null)
{
    /// <summary>All of them.</summary>
    public static readonly DeadLetterKind Any = new();

    /// <summary>Whether a letter is meant.</summary>
    public bool Has(DeadLetter letter) =>
        (Code is null || Code == letter.Code) && (TenantId is null || TenantId == letter.TenantId)
        && (Metric is null || Metric == letter.Metric);
}
