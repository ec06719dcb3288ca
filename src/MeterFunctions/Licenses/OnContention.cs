namespace MeterFunctions.Licenses;

/// <summary>What a writer does when others write the same license.</summary>
internal enum OnContention
{
    /// <summary>It asks the others to leave the license to it: the license's entity, which takes everybody's turns.</summary>
    Reserve,

    /// <summary>It leaves what is left to the license's entity.</summary>
    Yield,

    /// <summary>It steps back and tries again, for as long as it takes: a batch of events that must not be given up.</summary>
    Wait,
}
