namespace Metering.Api;

/// <summary>Which dead letters are to be tried again: those that have all that is named; an empty body means all.</summary>
[Example("""{"code":"feature_not_assigned","metric":"api_calls"}""")]
public sealed record RetryLettersRequest
{
    /// <summary>Only letters with this code.</summary>
    public string? Code { get; init; }

    /// <summary>Only letters whose event names this customer.</summary>
    public string? TenantId { get; init; }

    /// <summary>Only letters whose event names this feature.</summary>
    public string? Metric { get; init; }

    /// <summary>Most letters that are tried, 1 to 1000; 100 where it is absent.</summary>
    public int? Limit { get; init; }

    /// <summary>Where to go on: the <c>next_cursor</c> of the answer before.</summary>
    public string? Cursor { get; init; }
}
