using Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>What a license was given and used, for its customer.</summary>
internal sealed class StatementHandlers(StatementReports reports, IMeterClock clock)
{
    public async Task GetAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var from = QueryTimes.TimeOrDay(call, "from", errors);
        var to = QueryTimes.TimeOrDay(call, "to", errors);
        var withEntries = QueryFlags.Flag(call, "entries", errors) ?? true;
        errors.ThrowIfAny();
        var statement = await reports.StatementAsync(call.Path("id"), from, to, withEntries, clock.UtcNow, call.Aborted)
            .ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, statement, ApiJson.Default.Statement).ConfigureAwait(false);
    }
}
