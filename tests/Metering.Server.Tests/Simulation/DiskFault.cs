namespace Metering.Server.Tests.Simulation;

/// <summary>What is wrong with a disk for a while.</summary>
internal enum DiskFault
{
    None,

    /// <summary>No file can grow.</summary>
    Full,

    /// <summary>Writes fail, some of them in the middle.</summary>
    Writes,

    /// <summary>Syncs fail, and what they were to make durable may be lost.</summary>
    Syncs,

    /// <summary>Reads fail.</summary>
    Reads,
}
