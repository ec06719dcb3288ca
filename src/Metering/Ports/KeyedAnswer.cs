namespace Metering;

/// <summary>An answer to remember, and what it is found by.</summary>
/// <param name="Key">What <see cref="IRequestMemory"/> finds it by.</param>
/// <param name="Answer">The answer.</param>
public sealed record KeyedAnswer(string Key, RememberedRequest Answer);
