using Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Exports that are made again and again: set up, changed, paused, forgotten.</summary>
internal sealed class ExportScheduleHandlers(
    ILicenseDirectory directory, IMeterClock clock, MeterRules rules, RememberedCalls calls, JsonBodies bodies, ExportPorts? ports = null)
{
    private IExportSchedules Schedules => ExportReading.Ports(ports).Schedules;

    public async Task CreateAsync(ApiCall call)
    {
        var schedules = Schedules;
        var body = await bodies.ReadAsync(call, ApiJson.Default.ExportScheduleRequest).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayCreationAsync().ConfigureAwait(false))
        {
            return;
        }

        var request = body.Value;
        var errors = new FieldErrors();
        errors.Require(request.Cron is not null, "/cron", "is required");
        ExportReading.Required<ExportReport>(errors, "/report", request.Report);
        ExportReading.Required<SpanKind>(errors, "/span", request.Span);
        ExportReading.Required<ExportFormat>(errors, "/format", request.Format);
        errors.ThrowIfAny();
        var now = clock.UtcNow;
        var asked = Changed(Blank(now), request.ToPatch(), now);
        await CheckAsync(asked, call).ConfigureAwait(false);

        var (id, isRepeat) = remembered is null
            ? (NewId.ExportSchedule(), false)
            : await remembered.IdAsync(NewId.ExportSchedule).ConfigureAwait(false);
        if (isRepeat && await remembered!.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var made = await schedules.AddAsync(asked.From(now) with { Id = id }, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(
                new Problem(RefusalCode.LimitReached, "There are as many schedules as are allowed. Delete one that is not needed."));
        await SendAsync(call, remembered, StatusCodes.Status201Created, made).ConfigureAwait(false);
    }

    public async Task ListAsync(ApiCall call)
    {
        var schedules = await Schedules.ListAsync(call.Aborted).ConfigureAwait(false);
        await Paging.SendAsync(
            call, [.. schedules.Select(one => ExportScheduleAnswer.Of(one, rules))], null, ApiJson.Default.ExportScheduleAnswer)
            .ConfigureAwait(false);
    }

    public async Task GetAsync(ApiCall call) =>
        await SendAsync(call, null, StatusCodes.Status200OK, await FindAsync(call).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task ChangeAsync(ApiCall call)
    {
        var body = await bodies.ReadChangeAsync(call, ApiJson.Default.ExportSchedulePatch).ConfigureAwait(false);
        var remembered = calls.Of(call, body, call.Path("id"));
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var known = await FindAsync(call).ConfigureAwait(false);
        // Read once, outside of the change, which the store may call again.
        var now = clock.UtcNow;
        await CheckAsync(Changed(known, body.Value, now), call).ConfigureAwait(false);
        if (remembered is not null)
        {
            await remembered.ClaimAsync().ConfigureAwait(false);
        }

        var changed = await Schedules.ChangeAsync(
            known.Id,
            one => RememberedCall.IsAmong(one.ChangedBy, remembered)
                ? one
                : Changed(one, body.Value, now) with { ChangedBy = RememberedCall.Join(one.ChangedBy, remembered) },
            call.Aborted).ConfigureAwait(false) ?? throw None(known.Id);
        await SendAsync(call, remembered, StatusCodes.Status200OK, changed).ConfigureAwait(false);
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var schedule = await FindAsync(call).ConfigureAwait(false);
        await Schedules.RemoveAsync(schedule.Id, call.Aborted).ConfigureAwait(false);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static ExportSchedule Blank(DateTimeOffset now) => new() { Id = "", Cron = "", TimeZone = "UTC", CreatedAt = now };

    private static ExportSchedule Changed(ExportSchedule known, ExportSchedulePatch request, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var changed = known with
        {
            Report = Texts.OneOf(errors, "/report", request.Report, known.Report),
            Cron = request.Cron ?? known.Cron,
            TimeZone = request.TimeZone ?? known.TimeZone,
            Span = Texts.OneOf(errors, "/span", request.Span, known.Span),
            Format = Texts.OneOf(errors, "/format", request.Format, known.Format),
            Compress = Texts.OneOf(errors, "/compress", request.Compress, known.Compress),
            TenantId = request.TenantId.IsGiven
                ? Texts.OptionalId(errors, "/tenant_id", request.TenantId.Value)
                : known.TenantId,
            Name = request.Name.Or(known.Name),
            Provisional = request.Provisional ?? known.Provisional,
            Paused = request.Paused ?? known.Paused,
        };
        if (SchedulePlan.WhyNotCron(changed.Cron) is { } why)
        {
            errors.Add("/cron", why);
        }

        errors.Require(PeriodSchedule.KnowsZone(changed.TimeZone), "/time_zone", "must be an IANA time zone, such as Europe/Berlin");
        ExportReading.CheckFile(errors, changed.Format, changed.Compress, changed.Name);
        errors.ThrowIfAny();

        // Other runs, or no runs, or runs again: what would have been before is neither made up nor made twice, and what waits is made.
        var isAnew = (known.Report, known.Cron, known.TimeZone, known.Span, known.Paused, known.Provisional, known.TenantId)
            != (changed.Report, changed.Cron, changed.TimeZone, changed.Span, changed.Paused, changed.Provisional, changed.TenantId);
        return isAnew && known.Id.Length > 0 ? changed.InPlaceOf(known, now) : changed;
    }

    private ValueTask CheckAsync(ExportSchedule schedule, ApiCall call) =>
        ExportReading.CheckTenantAsync(directory, schedule.TenantId, call.Aborted);

    private async ValueTask<ExportSchedule> FindAsync(ApiCall call)
    {
        var id = call.Path("id");
        return await Schedules.FindAsync(id, call.Aborted).ConfigureAwait(false) ?? throw None(id);
    }

    private async Task SendAsync(ApiCall call, RememberedCall? remembered, int status, ExportSchedule schedule) =>
        await RememberedCall.SendAsync(
            call, remembered, status, ExportScheduleAnswer.Of(schedule, rules), ApiJson.Default.ExportScheduleAnswer).ConfigureAwait(false);

    private static ProblemException None(string id) =>
        new(new Problem(ProblemCode.ExportScheduleNotFound, $"There is no schedule {id}."));
}
