namespace Metering.Client;

/// <summary>What the meter says became of a batch.</summary>
internal sealed record EventsAnswer(int Accepted, int Duplicates, IReadOnlyList<RejectedPlace>? Rejected);

/// <summary>One of a batch that was not counted.</summary>
internal sealed record RejectedPlace(int Index, string? EventId, string Code, string Detail, string? DeadLetterId);
