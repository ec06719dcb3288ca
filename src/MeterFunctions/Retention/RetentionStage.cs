namespace MeterFunctions.Retention;

/// <summary>The stages of a sweep.</summary>
public enum RetentionStage
{
    /// <summary>All licenses, each for one turn.</summary>
    Licenses,

    /// <summary>The memory of management calls.</summary>
    Requests,

    /// <summary>Licenses for which one turn was not enough, in turns.</summary>
    Waiting,

    /// <summary>What could not be counted, before the licenses that wait. Last here, because a sweep under way keeps the number.</summary>
    Letters,
}
