namespace Metering.Server.Tests.Simulation;

/// <summary>What becomes of a write that no sync has made durable.</summary>
internal enum Fate
{
    /// <summary>It never reached the disk.</summary>
    Lost,

    /// <summary>Some of its sectors did.</summary>
    Torn,

    Whole,
}
