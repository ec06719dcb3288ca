using System.Globalization;
using Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>What customers used: reads what is asked for, and sends what <see cref="UsageReports"/> makes of it.</summary>
internal sealed class UsageReportHandlers(UsageReports reports, IMeterClock clock)
{
    private const string ByUser = "user_id";

    public async Task UsageAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var query = Read(call, errors) with
        {
            Granularity = Texts.OneOf(errors, "/granularity", call.Query("granularity"), Granularity.Day),
            ByUser = call.Query("group_by") is { } by && errors.Require(by == ByUser, "/group_by", $"must be {ByUser}"),
        };
        errors.ThrowIfAny();
        var summary = await reports.SummaryAsync(query, clock.UtcNow, call.Aborted).ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, summary, ApiJson.Default.UsageSummary).ConfigureAwait(false);
    }

    public async Task TopUsersAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var query = Read(call, errors) with { NeedsUsers = true };
        errors.ThrowIfAny();
        var summary = await reports.SummaryAsync(query, clock.UtcNow, call.Aborted).ConfigureAwait(false);

        // They were asked for, so they are there, or the report was refused.
        await JsonReply.SendAsync(
            call.Http, StatusCodes.Status200OK, summary.TopUsers ?? [], ApiJson.Default.ImmutableArrayUserUsage).ConfigureAwait(false);
    }

    private static UsageQuery Read(ApiCall call, FieldErrors errors)
    {
        var from = QueryTimes.TimeOrDay(call, "from", errors);
        var to = QueryTimes.TimeOrDay(call, "to", errors);
        var limit = UsageQuery.DefaultTopUsers;
        if (call.Query("limit") is { } text)
        {
            errors.Require(
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                    && limit is >= 1 and <= UsageQuery.MaxTopUsers,
                "/limit", $"must be a whole number from 1 to {UsageQuery.MaxTopUsers}");
        }

        return new UsageQuery(call.Path("tenant"), call.Path("metric")) { From = from, To = to, TopUsers = limit };
    }
}
