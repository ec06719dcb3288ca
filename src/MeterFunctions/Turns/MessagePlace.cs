namespace MeterFunctions.Turns;

/// <summary>A message to a license's entity, among those of its sender: each has a higher number than the one before.</summary>
/// <param name="Instance">The instance that sent it.</param>
/// <param name="Number">Its number.</param>
/// <param name="RunAt">When it runs, in Unix milliseconds of the machine's clock.</param>
internal sealed record MessagePlace(string Instance, long Number, long RunAt);
