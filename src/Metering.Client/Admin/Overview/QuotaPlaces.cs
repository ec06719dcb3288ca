namespace Metering.Client.Admin;

/// <summary>Features of active licenses at one stage of their quotas.</summary>
public sealed record QuotaPlaces
{
    /// <summary>How many there are.</summary>
    public long Count { get; init; }

    /// <summary>The furthest of them, at most 50.</summary>
    public IReadOnlyList<QuotaPlace> Items { get; init => field = value ?? []; } = [];
}
