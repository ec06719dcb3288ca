namespace Metering.Conformance.Client;

/// <summary>The collection of tests that move the clock.</summary>
[CollectionDefinition(ClockTest.Name, DisableParallelization = true)]
public static class ClockCollection;
