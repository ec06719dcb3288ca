using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>How a tenant's metric stands against its quota.</summary>
internal sealed class QuotaHandlers(ILicenseMeters meters, EventLicenses eventLicenses, IMeterClock clock, MeterRules rules)
{
    private const int PercentDigits = 2;

    public async Task GetAsync(ApiCall call)
    {
        var (tenantId, metric) = (call.Path("tenant"), call.Path("metric"));
        var licenseId = await eventLicenses.FindAsync(tenantId, metric, call.Aborted).ConfigureAwait(false);
        var state = licenseId is null ? null : await meters.ReadAsync(licenseId, call.Aborted).ConfigureAwait(false);
        var usage = state is null
            ? null
            : LicenseMeter.Usage(state, clock.UtcNow, rules).FirstOrDefault(answer => answer.FeatureCode == metric);
        if (usage is null)
        {
            throw new ProblemException(new Problem(ProblemCode.FeatureNotFound, "The tenant has no license with this feature."));
        }

        await SendAsync(call, licenseId!, usage, state!.FindMeter(metric)!.Terms).ConfigureAwait(false);
    }

    private Task SendAsync(ApiCall call, string licenseId, UsageAnswer usage, Terms terms)
    {
        RateLimitHeaders.Write(call.Http.Response, usage, clock.UtcNow);
        var reply = JsonReply.Begin();
        var json = reply.Json;
        // By hand, around the fields of the usage answer: they have one writer, so a quota can't show them in another way than a consume
        // does.
        json.WriteStartObject();
        json.WriteString("tenant_id", call.Path("tenant"));
        json.WriteString("license_id", licenseId);
        UsageJson.WriteFields(json, usage);
        if (PercentUsed(usage) is { } percent)
        {
            json.WriteNumber("percent_used", percent);
        }
        else
        {
            json.WriteNull("percent_used");
        }

        json.WriteStartArray("tiers");
        foreach (var tier in Tiers(terms))
        {
            JsonSerializer.Serialize(json, tier, ApiJson.Default.TierDocument);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return reply.SendAsync(call.Http, StatusCodes.Status200OK);
    }

    // Null where there is nothing to take a percentage of.
    private static decimal? PercentUsed(UsageAnswer usage) =>
        usage.Allowance is > 0 and var allowance ? Amount.Normalize(decimal.Round(usage.Used / allowance * 100, PercentDigits)) : null;

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
