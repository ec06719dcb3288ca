namespace Metering.Client.Admin;

/// <summary>Body of a migration.</summary>
internal sealed record MigrateBody(int? FromVersion, int ToVersion);
