using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The live tail, for whoever watches.</summary>
internal sealed class RecentEventHandlers(RecentEvents recent, ILicenseDirectory directory)
{
    private const int MaxConcurrentReads = 16;
    private const int MaxKnownTenants = 20_000;

    // A license's tenant never changes, and a use by a license's key does not name it.
    private readonly RecentCache<string, string> _tenants = new(MaxKnownTenants, TimeSpan.FromHours(1));

    public async Task GetAsync(ApiCall call)
    {
        var limit = Paging.Limit(call);
        var cursor = ReadCursor(call.Query("after"));
        var part = recent.Read(cursor.In(recent.Instance), limit);
        var views = await ViewsAsync(part.Events, call.Aborted).ConfigureAwait(false);
        if (call.Caller.TenantId is { } own)
        {
            views = [.. views.Where(view => view.TenantId == own)];
        }

        var isKnown = call.Query("after") is null || cursor.In(recent.Instance) is not null;
        var answer = new RecentEventsAnswer(
            recent.Instance, recent.Now, views, cursor.After(recent.Instance, part.Last), isKnown ? part.Missed : null);
        call.Http.Response.Headers.CacheControl = "no-store";
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, answer, ApiJson.Default.RecentEventsAnswer).ConfigureAwait(false);
    }

    private static RecentCursor ReadCursor(string? after)
    {
        try
        {
            return after is null ? RecentCursor.Begin() : RecentCursor.Read(after);
        }
        catch (FormatException)
        {
            throw new ProblemException(Problem.Field("/after", "must be a next_cursor of this list"));
        }
    }

    private async ValueTask<IReadOnlyList<RecentEventView>> ViewsAsync(
        IReadOnlyList<RecentEvent> events, CancellationToken cancellationToken)
    {
        // Also where a tenant was named: an event that names both is counted on the license, whosever it is.
        var unknown = events.Where(seen => seen.LicenseId is not null).Select(seen => seen.LicenseId!)
            .Distinct(StringComparer.Ordinal).Where(licenseId => !_tenants.TryGet(licenseId, out _)).ToList();
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in unknown.Chunk(MaxConcurrentReads))
        {
            foreach (var license in await Task.WhenAll(
                part.Select(licenseId => directory.FindAsync(licenseId, cancellationToken).AsTask())).ConfigureAwait(false))
            {
                if (license is not null)
                {
                    found[license.Id] = license.TenantId;
                    _tenants.Set(license.Id, license.TenantId);
                }
            }
        }

        return [.. events.Select(seen => new RecentEventView(
            seen.At, TenantOf(seen.LicenseId) ?? seen.TenantId, seen.LicenseId, seen.Metric, seen.Quantity, seen.EventId, seen.Source,
            seen.Outcome, seen.Code))];

        string? TenantOf(string? licenseId) => licenseId is null ? null
            : found.GetValueOrDefault(licenseId) ?? (_tenants.TryGet(licenseId, out var tenant) ? tenant : null);
    }
}
