namespace Metering.Api;

/// <summary>
/// An event that was not counted; or, where a limit was met in a stream of lines, the first of those that were not taken.
/// </summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="EventId">Its id, where it could be read.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="DeadLetterId">The dead letter that keeps it; null where none does.</param>
public sealed record RejectedView(int Index, string? EventId, string Code, string Detail, string? DeadLetterId = null);
