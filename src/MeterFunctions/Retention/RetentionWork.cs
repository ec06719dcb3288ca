namespace MeterFunctions.Retention;

/// <summary>How far the sweep has come.</summary>
/// <param name="Stage">Its stage.</param>
/// <param name="From">The last row that it has done, or where its rows go on; null at the beginning.</param>
/// <param name="Waiting">Where it has stopped in licenses that have more to do; they wait for the others.</param>
public sealed record RetentionWork(RetentionStage Stage, string? From, IReadOnlyList<RetentionPlace> Waiting)
{
    /// <summary>The beginning.</summary>
    public static readonly RetentionWork Start = new(RetentionStage.Licenses, null, []);
}
