namespace Metering.Client;

/// <summary>A field of a request that is not right.</summary>
/// <param name="Pointer">Where it is, as a JSON Pointer (RFC 6901).</param>
/// <param name="Detail">What is wrong with it.</param>
public sealed record FieldProblem(string Pointer, string Detail);
