namespace Metering;

/// <summary>A request that was answered.</summary>
/// <param name="BodyHash">Hash of what was asked.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Body">The answer's body.</param>
public sealed record RememberedRequest(string BodyHash, int Status, string Body);
