namespace Metering.Cli.Profiles;

/// <summary>All logins of a user.</summary>
/// <param name="Current">The one that is used where none is named.</param>
/// <param name="Profiles">The logins by name.</param>
internal sealed record ProfileSet(string? Current, SortedDictionary<string, Profile> Profiles);
