namespace Metering.Cli.Profiles;

/// <summary>A login that was kept.</summary>
/// <param name="Url">The meter's address.</param>
/// <param name="Token">The secret that it was given.</param>
internal sealed record Profile(string Url, string Token);
