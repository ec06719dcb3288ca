using System.Text.Json.Serialization;
using System.Text.Json;

namespace Metering.Api;

/// <summary>
/// Body of a change of a license. What is absent stays as it is; null removes a value, or is refused if it can't be removed.
/// </summary>
[Example("""{"plan_id":"pro","expires_at":null}""")]
public sealed record LicensePatch
{
    /// <summary>The plan that takes the place of the one of its group.</summary>
    public string? PlanId { get; init; }

    /// <summary>The plans that take the place of all.</summary>
    public string?[]? Plans { get; init; }

    /// <summary>From when on it is no longer valid: an RFC 3339 time, or null for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public OptionalTime ExpiresAt { get; init; }

    /// <summary>Kept with it: a JSON object of up to 4 KiB, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Metadata { get; init; }
}
