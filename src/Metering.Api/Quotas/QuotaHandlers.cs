using System.Text.Json;
using Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>How a tenant's metric stands against its quota.</summary>
internal sealed class QuotaHandlers(QuotaReports reports, EventLicenses eventLicenses, IMeterClock clock)
{
    public async Task GetAsync(ApiCall call)
    {
        var (tenantId, metric) = (call.Path("tenant"), call.Path("metric"));
        var now = clock.UtcNow;
        var licenseId = await eventLicenses.FindAsync(tenantId, metric, call.Aborted).ConfigureAwait(false);
        var found = licenseId is null ? null : await reports.OfLicenseAsync(licenseId, metric, now, call.Aborted).ConfigureAwait(false);
        if (found is not var (quota, terms))
        {
            throw new ProblemException(new Problem(ProblemCode.FeatureNotFound, "The tenant has no license with this feature."));
        }

        var all = await reports.OfTenantAsync(tenantId, metric, now, call.Aborted).ConfigureAwait(false);
        await SendAsync(call, quota, terms, all, now).ConfigureAwait(false);
    }

    private static Task SendAsync(ApiCall call, LicenseQuota quota, Terms terms, QuotaReport? all, DateTimeOffset now)
    {
        RateLimitHeaders.Write(call.Http.Response, quota.Usage, now);
        var reply = JsonReply.Begin();
        var json = reply.Json;
        // By hand, around the fields of the usage answer: they have one writer, so a quota can't show them in another way than a consume
        // does.
        json.WriteStartObject();
        json.WriteString("tenant_id", call.Path("tenant"));
        json.WriteString("license_id", quota.LicenseId);
        UsageJson.WriteFields(json, quota.Usage);
        WriteStanding(json, quota);
        json.WriteStartArray("tiers");
        foreach (var tier in Tiers(terms))
        {
            JsonSerializer.Serialize(json, tier, ApiJson.Default.TierDocument);
        }

        json.WriteEndArray();
        WriteAll(json, all);
        json.WriteEndObject();
        return reply.SendAsync(call.Http, StatusCodes.Status200OK);
    }

    private static void WriteAll(Utf8JsonWriter json, QuotaReport? all)
    {
        if (all is null)
        {
            json.WriteNull("licenses");
            json.WriteNull("together");
            return;
        }

        json.WriteStartArray("licenses");
        foreach (var one in all.Licenses)
        {
            json.WriteStartObject();
            json.WriteString("license_id", one.LicenseId);
            json.WritePropertyName("usage");
            UsageJson.Write(json, one.Usage);
            WriteStanding(json, one);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("together");
        JsonSerializer.Serialize(json, all.Together, ApiJson.Default.QuotaTotal);
    }

    private static void WriteStanding(Utf8JsonWriter json, LicenseQuota quota)
    {
        if (quota.PercentUsed is { } percent)
        {
            json.WriteNumber("percent_used", percent);
        }
        else
        {
            json.WriteNull("percent_used");
        }

        json.WritePropertyName("projection");
        JsonSerializer.Serialize(json, quota.Projection, ApiJson.Default.QuotaProjection!);
    }

    // Where the terms have no tiers of their own, the one that their limit stands for.
    private static IEnumerable<TierDocument> Tiers(Terms terms)
    {
        if (!terms.Tiers.IsEmpty || terms.Limit is not { } limit)
        {
            return terms.Tiers.Select(TermsWriting.ToDocument);
        }

        return [TermsWriting.ToDocument(
            new Tier { From = new Threshold(limit, false), Level = Level.OverUsage, Policy = terms.OverLimit })];
    }
}
