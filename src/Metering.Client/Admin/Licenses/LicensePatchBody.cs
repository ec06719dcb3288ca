using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>Body of a change of a license.</summary>
internal sealed record LicensePatchBody(string? PlanId, IReadOnlyList<string>? Plans, JsonElement? ExpiresAt, JsonElement? Metadata);
