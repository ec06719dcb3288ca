using Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Exports: made, watched, stopped, taken away.</summary>
internal sealed class ExportHandlers(
    ILicenseDirectory directory, IMeterClock clock, RememberedCalls calls, JsonBodies bodies, ExportPorts? ports = null)
{
    private const string Path = "/api/v1/exports/";

    private ExportPorts Ports => ExportReading.Ports(ports);

    public async Task CreateAsync(ApiCall call)
    {
        var exports = Ports;
        var body = await bodies.ReadAsync(call, ApiJson.Default.ExportRequest).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayCreationAsync(Locate).ConfigureAwait(false))
        {
            return;
        }

        var order = Read(body.Value);
        await ExportReading.CheckTenantAsync(directory, order.TenantId, call.Aborted).ConfigureAwait(false);
        if (await exports.Scan.KeptFromAsync(call.Aborted).ConfigureAwait(false) is { } kept && kept > order.Span.From)
        {
            throw new ProblemException(new Problem(ProblemCode.EvidenceRemoved, "A part of the evidence of the span was removed.")
            {
                Errors = [new FieldError("/from", $"must be {kept:yyyy-MM-dd'T'HH:mm:ss'Z'} or later")],
            });
        }

        var (id, isRepeat) = remembered is null ? (NewId.Export(), false) : await remembered.IdAsync(NewId.Export).ConfigureAwait(false);
        Locate(id);
        if (isRepeat && await remembered!.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var job = await exports.Jobs.AddAsync(new ExportJob { Id = id, Order = order, CreatedAt = clock.UtcNow }, call.Aborted)
            .ConfigureAwait(false)
            ?? throw new ProblemException(Answers.Busy with { Detail = "As many exports are waiting as are allowed. Try again later." });
        await RememberedCall.SendAsync(
            call, remembered, StatusCodes.Status202Accepted, ExportAnswer.Of(job, exports.Sink), ApiJson.Default.ExportAnswer)
            .ConfigureAwait(false);

        void Locate(string export) => call.Http.Response.Headers.Location = Path + export;
    }

    public async Task ListAsync(ApiCall call)
    {
        var (exports, limit) = (Ports, Paging.Limit(call));
        var page = await Paging.ReadAsync(cursor => exports.Jobs.ListAsync(cursor, limit, call.Aborted), call.Query("cursor"))
            .ConfigureAwait(false);
        await Paging.SendAsync(
            call, [.. page.Items.Select(job => ExportAnswer.Of(job, exports.Sink))], page.NextCursor, ApiJson.Default.ExportAnswer)
            .ConfigureAwait(false);
    }

    public async Task GetAsync(ApiCall call) =>
        await SendAsync(call, StatusCodes.Status200OK, await FindAsync(call).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Stops an export; of one that is over, takes away what it has made.</summary>
    public async Task DeleteAsync(ApiCall call)
    {
        var exports = Ports;
        var job = await FindAsync(call).ConfigureAwait(false);
        if (!job.IsOver)
        {
            var now = clock.UtcNow;
            var stopped = await exports.Jobs.ChangeAsync(job.Id, known => known.Cancel(now), call.Aborted).ConfigureAwait(false)
                ?? throw None(job.Id);
            await SendAsync(call, StatusCodes.Status202Accepted, stopped).ConfigureAwait(false);
            return;
        }

        try
        {
            // The manifest first: a file without one is a file that nobody goes by.
            foreach (var name in NamesOf(job))
            {
                await exports.Sink.RemoveAsync(name, call.Aborted).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (exports.Sink.Explain(fault) is { } failed)
        {
            throw new StoreUnavailableException(failed.Message, fault);
        }

        await exports.Jobs.RemoveAsync(job.Id, call.Aborted).ConfigureAwait(false);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Sends the file of an export that is done.</summary>
    public Task FileAsync(ApiCall call) => SendFileAsync(call, name => name);

    /// <summary>Sends the manifest beside it.</summary>
    public Task ManifestAsync(ApiCall call) => SendFileAsync(call, ExportNames.Manifest);

    // A file may have any size, so it goes from the sink to the caller as it is read.
    private async Task SendFileAsync(ApiCall call, Func<string, string> nameOf)
    {
        var sink = Ports.Sink;
        var job = await FindAsync(call).ConfigureAwait(false);
        if (job.File is not { } made)
        {
            throw new ProblemException(new Problem(
                ProblemCode.ExportNotFound, $"The export {job.Id} has no file: it is {EnumNames.Of(job.Status)}."));
        }

        var (response, name) = (call.Http.Response, nameOf(made.Name));
        var file = await OpenAsync(sink, name, call.Aborted).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            response.ContentType = RouteAnswer.AnyFile;
            response.ContentLength = file.Length;
            // The characters of a name are those that ExportNames lets through, so it needs no escapes.
            response.Headers.ContentDisposition = $"attachment; filename=\"{name[(name.LastIndexOf('/') + 1)..]}\"";
            await file.CopyToAsync(response.Body, call.Aborted).ConfigureAwait(false);
        }
    }

    private static async Task<Stream> OpenAsync(IExportSink sink, string name, CancellationToken stop)
    {
        try
        {
            return await sink.OpenAsync(name, stop).ConfigureAwait(false) ?? throw new ProblemException(new Problem(
                ProblemCode.ExportNotFound, $"{sink.LocationOf(name)} is gone: somebody removed it, and not by this API."));
        }
        catch (Exception fault) when (sink.Explain(fault) is { } failed)
        {
            throw new StoreUnavailableException(failed.Message, fault);
        }
    }

    private static IEnumerable<string> NamesOf(ExportJob job) => job.File is not { } file
        ? []
        : new[] { ExportNames.Manifest(file.Name), file.Name, job.AdjustmentsName }.OfType<string>();

    private static ExportOrder Read(ExportRequest request)
    {
        var errors = new FieldErrors();
        var report = ExportReading.Required<ExportReport>(errors, "/report", request.Report);
        var format = ExportReading.Required<ExportFormat>(errors, "/format", request.Format);
        var compress = Texts.OneOf(errors, "/compress", request.Compress, ExportCompression.None);
        var tenantId = Texts.OptionalId(errors, "/tenant_id", request.TenantId);
        ExportReading.CheckFile(errors, format, compress, request.Name);
        errors.Require(request.From is not null, "/from", "is required");
        errors.Require(request.To is not null, "/to", "is required");
        if (request is { From: { } from, To: { } to })
        {
            errors.Require(from < to, "/to", "must be after from");
            errors.Require(
                to - from <= TimeSpan.FromDays(ExportSpan.MaxDays), "/from", $"must be at most {ExportSpan.MaxDays} days before to");
            foreach (var (pointer, time) in new[] { ("/from", from), ("/to", to) })
            {
                errors.Require(
                    report != ExportReport.Usage || time.UtcDateTime.TimeOfDay == TimeSpan.Zero, pointer,
                    "must be a midnight, UTC: usage is exported by day");
            }
        }

        errors.ThrowIfAny();
        return new ExportOrder
        {
            Report = report,
            Span = new ExportSpan(request.From!.Value, request.To!.Value),
            Format = format,
            Compress = compress,
            TenantId = tenantId,
            Name = request.Name,
        };
    }

    private async ValueTask<ExportJob> FindAsync(ApiCall call)
    {
        var id = call.Path("id");
        return await Ports.Jobs.FindAsync(id, call.Aborted).ConfigureAwait(false) ?? throw None(id);
    }

    private Task SendAsync(ApiCall call, int status, ExportJob job) =>
        JsonReply.SendAsync(call.Http, status, ExportAnswer.Of(job, Ports.Sink), ApiJson.Default.ExportAnswer);

    private static ProblemException None(string id) =>
        new(new Problem(ProblemCode.ExportNotFound, $"There is no export {id}, or it is forgotten."));
}
