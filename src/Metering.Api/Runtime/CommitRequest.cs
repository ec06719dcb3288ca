namespace Metering.Api;

/// <summary>Body of a reservation's commit.</summary>
[Example("""{"amount":3120,"user_id":"user_1"}""")]
public sealed record CommitRequest
{
    /// <summary>Units that were used; the whole hold where it is absent.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Who used it, in the caller's words; absent: nobody is named.</summary>
    public string? UserId { get; init; }
}
