namespace Metering.Client;

/// <summary>What a machine is set to.</summary>
internal sealed record MachineBody(decimal Cores, string? Name);
