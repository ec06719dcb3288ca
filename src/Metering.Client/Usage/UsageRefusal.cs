namespace Metering.Client;

/// <summary>Why use was not let through. Nothing was counted.</summary>
/// <param name="Code">One of <see cref="RefusalCodes"/>; a newer meter may know others.</param>
/// <param name="Detail">The same in a sentence, for logs.</param>
/// <param name="RetryAfter">After how long the same use would pass, should nothing else be used; null when no time is known.</param>
public sealed record UsageRefusal(string Code, string Detail, TimeSpan? RetryAfter);
