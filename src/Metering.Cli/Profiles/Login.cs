namespace Metering.Cli.Profiles;

/// <summary>The meter that a command is about.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Token">The secret that is sent.</param>
/// <param name="From">Where both come from, for people.</param>
internal sealed record Login(Uri Address, string Token, string From);
