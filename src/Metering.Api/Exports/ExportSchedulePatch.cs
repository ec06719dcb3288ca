using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A change of a schedule: it leaves what it does not name.</summary>
[Example("""{"paused":true}""")]
public sealed record ExportSchedulePatch : ExportScheduleFields
{
    /// <summary>Only this tenant's licenses; null: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public OptionalText TenantId { get; init; }

    /// <summary>
    /// The files' names, as for an export; null removes what was set. Different runs need different names, so use <c>{from}</c> or
    /// <c>{id}</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public OptionalText Name { get; init; }

    /// <summary>Whether each span is exported as soon as it is over, as provisional, and once more when it is final.</summary>
    public bool? Provisional { get; init; }

    /// <summary>True stops it, false starts it again; what it missed meanwhile is not made up.</summary>
    public bool? Paused { get; init; }
}
