namespace Metering.Api;

/// <summary>A dead letter whose event still can't be counted.</summary>
/// <param name="Id">The letter's id.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, for people.</param>
public sealed record RefusedLetter(string Id, string Code, string Detail);
