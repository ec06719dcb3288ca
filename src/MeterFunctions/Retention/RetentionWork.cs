namespace MeterFunctions.Retention;

/// <summary>How far the sweep has come.</summary>
/// <param name="IsAtRequests">Whether it has been through all licenses, and is at the memory of management calls.</param>
/// <param name="From">The last row that it has done, or where its rows go on; null at the beginning.</param>
/// <param name="Place">Where it has stopped in a license; null: between two.</param>
public sealed record RetentionWork(bool IsAtRequests, string? From, RetentionPlace? Place)
{
    /// <summary>The beginning.</summary>
    public static readonly RetentionWork Start = new(false, null, null);
}
