namespace Metering.Tests.Reference;

/// <summary>Something that covers use: the limit of the period, or a grant.</summary>
internal sealed class Bucket
{
    public required string Id { get; init; }

    public required int Priority { get; init; }

    public required int Order { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    public required decimal Left { get; set; }

    public decimal Used { get; set; }

    /// <summary>The part of <see cref="Used"/> that was used in the month.</summary>
    public decimal UsedInMonth { get; set; }

    public bool IsLimit => Order == 0;

    public bool IsOpen(DateTimeOffset now) => From <= now && now < Until;
}
