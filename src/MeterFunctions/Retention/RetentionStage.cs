namespace MeterFunctions.Retention;

/// <summary>The stages of a sweep, in their order.</summary>
public enum RetentionStage
{
    /// <summary>All licenses, each for one turn.</summary>
    Licenses,

    /// <summary>The memory of management calls.</summary>
    Requests,

    /// <summary>What could not be counted.</summary>
    Letters,

    /// <summary>Licenses for which one turn was not enough, in turns.</summary>
    Waiting,
}
