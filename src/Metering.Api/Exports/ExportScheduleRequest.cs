using System.ComponentModel;

namespace Metering.Api;

/// <summary>A schedule to be made.</summary>
[Example("""{"report":"usage","cron":"0 6 * * *","time_zone":"Europe/Berlin","span":"day","format":"csv"}""")]
public sealed record ExportScheduleRequest : ExportScheduleFields
{
    /// <summary>Only this tenant's licenses; absent: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The files' names, as for an export. Different runs need different names, so use <c>{from}</c> or <c>{id}</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Whether each span is exported as soon as it is over, as provisional, and once more when it is final.</summary>
    [DefaultValue(false)]
    public bool? Provisional { get; init; }

    /// <summary>Whether it makes no runs until it is started.</summary>
    [DefaultValue(false)]
    public bool? Paused { get; init; }

    /// <summary>The same as a change of a schedule that has nothing yet.</summary>
    internal ExportSchedulePatch ToPatch() => new()
    {
        Report = Report,
        Cron = Cron,
        TimeZone = TimeZone,
        Span = Span,
        Format = Format,
        Compress = Compress,
        TenantId = new OptionalText(TenantId is not null, TenantId),
        Name = new OptionalText(Name is not null, Name),
        Provisional = Provisional,
        Paused = Paused,
    };
}
