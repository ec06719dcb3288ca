namespace Metering.Client;

/// <summary>Body by which a reservation is settled; null: with its whole amount.</summary>
internal sealed record CommitBody(decimal? Amount);
