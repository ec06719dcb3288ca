namespace Metering.Api;

/// <summary>An id that was made for an event.</summary>
/// <param name="Index">The event's place in the request, from 0.</param>
/// <param name="EventId">Its id.</param>
public sealed record MadeEventId(int Index, string EventId);
