namespace MeterFunctions.Turns;

/// <summary>Who takes the turns of a license's commands.</summary>
public enum TurnsOption
{
    /// <summary>The license's Durable Entity takes all of them.</summary>
    Entity,

    /// <summary>
    /// The instance where they came in commits them itself as long as nobody else writes the license; contended ones go to the entity.
    /// </summary>
    WhenContended,
}
