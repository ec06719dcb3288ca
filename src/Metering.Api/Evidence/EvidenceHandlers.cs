namespace Metering.Api;

/// <summary>The evidence: ledger and rollups of a license, deleted licenses included.</summary>
internal sealed class EvidenceHandlers(ILedger ledger, Licenses licenses, IMeterClock clock)
{
    /// <summary>Most days that one answer of rollups spans.</summary>
    public const int MaxDays = 400;

    private const int DefaultDays = 31;

    public async Task LedgerAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var from = QueryTimes.Time(call, "from", errors);
        var to = QueryTimes.Time(call, "to", errors);
        errors.Require(from is null || to is null || from <= to, "/to", "must not be before from");
        errors.ThrowIfAny();
        var limit = Paging.Limit(call);
        // The record and not OfPathAsync: evidence outlives its license.
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var page = await Paging.ReadAsync(
            cursor => ledger.EntriesAsync(
                license.Id, new LedgerQuery(from, to, call.Query("feature_code"), cursor, limit, call.Query("unit")), call.Aborted),
            call.Query("cursor")).ConfigureAwait(false);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.LedgerEntry).ConfigureAwait(false);
    }

    public async Task RollupsAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var to = QueryTimes.Day(call, "to", errors) ?? DateOnly.FromDateTime(clock.UtcNow.UtcDateTime);
        // DateOnly has a first day, and going back beyond it throws.
        var from = QueryTimes.Day(call, "from", errors) ?? (to.DayNumber > DefaultDays ? to.AddDays(1 - DefaultDays) : DateOnly.MinValue);
        errors.Require(from <= to, "/to", "must not be before from");
        // The port gives the days of the range all at once, and the parts of the list are cut in memory.
        errors.Require(to.DayNumber - from.DayNumber < MaxDays, "/from", $"must be at most {MaxDays} days before to");
        errors.ThrowIfAny();
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        var days = await ledger.RollupsAsync(license.Id, from, to, call.Aborted).ConfigureAwait(false);
        var featureCode = call.Query("feature_code");
        var views = days.Where(day => featureCode is null || day.FeatureCode == featureCode).Select(RollupView.Of);
        var page = Paging.Slice(call, views, view => view.Key);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.RollupView).ConfigureAwait(false);
    }
}
