namespace Metering.Api;

/// <summary>Tells a caller who gave none what to send with the event when it comes again, so that it counts once (rule 8).</summary>
/// <param name="Index">The event's place in the request, from 0.</param>
/// <param name="EventId">Its id.</param>
public sealed record MadeEventId(int Index, string EventId);
