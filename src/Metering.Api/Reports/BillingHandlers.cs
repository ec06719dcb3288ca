using System.Text.Json;
using Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>What customers' bills are made of: reads what is asked for, and sends what <see cref="BillingReports"/> makes of it.</summary>
internal sealed class BillingHandlers(BillingReports reports, JsonBodies bodies, IMeterClock clock)
{
    public const string CsvType = "text/csv";
    private const string Csv = "csv";

    public async Task ReportAsync(ApiCall call)
    {
        var request = (await bodies.ReadAsync(call, ApiJson.Default.BillingRequest).ConfigureAwait(false)).Value;
        var errors = new FieldErrors();
        var tenant = Texts.Id(errors, "/tenant_id", request.TenantId);
        errors.Require(request.Format is null or "json" or Csv, "/format", "must be one of json, csv");
        errors.ThrowIfAny();
        TenantGate.RequireTenant(call, tenant);
        var report = await reports.ReportAsync(new BillingQuery(tenant, request.From, request.To), clock.UtcNow, call.Aborted)
            .ConfigureAwait(false);

        // Written to the response as it is made: of a hundred thousand lines only the lines are in memory, and not their text.
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        if (request.Format == Csv || (request.Format is null && AcceptsCsv(call.Http.Request)))
        {
            response.ContentType = CsvType + "; charset=utf-8";
            await BillingRows.WriteCsvAsync(response.Body, report, call.Aborted).ConfigureAwait(false);
            return;
        }

        response.ContentType = JsonReply.JsonType;
        await JsonSerializer.SerializeAsync(response.Body, report, ApiJson.Default.BillingReport, call.Aborted).ConfigureAwait(false);
    }

    // A caller that takes both gets JSON, as from every other route.
    private static bool AcceptsCsv(HttpRequest request) => request.GetTypedHeaders().Accept is { Count: > 0 } accepted
        && accepted.Any(type => type.MediaType.Equals(CsvType, StringComparison.OrdinalIgnoreCase))
        && !accepted.Any(type => type.MediaType.Equals(JsonReply.JsonType, StringComparison.OrdinalIgnoreCase));
}
