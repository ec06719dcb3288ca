namespace Metering.Api;

/// <summary>What is wrong with a field of the body, the query or the path.</summary>
/// <param name="Pointer">The field, as a JSON pointer.</param>
/// <param name="Detail">What is wrong.</param>
public sealed record FieldError(string Pointer, string Detail);
