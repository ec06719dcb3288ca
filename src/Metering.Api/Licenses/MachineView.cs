namespace Metering.Api;

/// <summary>A machine that is registered on a license.</summary>
/// <param name="Fingerprint">What the licensed software recognizes the machine by.</param>
/// <param name="Name">For people; null where none was given.</param>
/// <param name="Cores">What counts of it against the license's limit of cores.</param>
/// <param name="At">When it was registered last, UTC.</param>
[Example("""{"fingerprint":"build-01","name":"Build server","cores":16,"at":"2026-11-21T10:00:00Z"}""")]
public sealed record MachineView(string Fingerprint, string? Name, decimal Cores, DateTimeOffset At);
