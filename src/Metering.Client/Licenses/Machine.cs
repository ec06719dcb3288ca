namespace Metering.Client;

/// <summary>A machine of the license.</summary>
/// <param name="Fingerprint">By which it is recognized.</param>
/// <param name="Cores">Its own cores.</param>
/// <param name="Name">For people; null where none was given.</param>
/// <param name="TotalCores">Cores of all machines of the license.</param>
/// <param name="MaxCores">Most cores that the license may have; null: no limit.</param>
public sealed record Machine(string Fingerprint, decimal Cores, string? Name, decimal TotalCores, decimal? MaxCores);
