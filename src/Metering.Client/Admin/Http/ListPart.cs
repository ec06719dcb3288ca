namespace Metering.Client.Admin;

/// <summary>So much of a list as one answer has.</summary>
internal sealed record ListPart<T>(IReadOnlyList<T>? Items, string? NextCursor);
