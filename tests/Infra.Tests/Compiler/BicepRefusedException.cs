namespace Infra.Tests.Compiler;

/// <summary>The compiler could not work out what would be deployed, and says why.</summary>
public sealed class BicepRefusedException(string message) : Exception(message);
