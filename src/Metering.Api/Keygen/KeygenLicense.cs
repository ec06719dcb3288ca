namespace Metering.Api;

/// <summary>A license as a JSON:API resource.</summary>
/// <param name="Type"><c>licenses</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Attributes">How it stands.</param>
public sealed record KeygenLicense(string Type, string Id, KeygenAttributes Attributes);
