namespace Metering.Server.Tests.Simulation;

/// <summary>The simulation has found that something does not hold.</summary>
public sealed class FoundException(string message, Exception? cause = null) : Exception(message, cause);
