using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>Reads terms from their document form, and notes all that is wrong with them.</summary>
internal static class TermsReading
{
    private const decimal MaxPercent = 1000;
    private const string NextPeriod = "next_period";
    private const string Manual = "manual";

    /// <summary>The terms that a document states; what is wrong with it is noted below <paramref name="pointer"/>.</summary>
    public static Terms Read(TermsDocument document, Feature? feature, string pointer, FieldErrors errors)
    {
        if (feature is { Kind: FeatureKind.Boolean })
        {
            RefuseForBoolean(document, pointer, errors);
        }

        errors.Require(document.Limit is null or >= 0, pointer + "/limit", "must be zero or more");
        return new Terms
        {
            Limit = document.Limit,
            Reset = ReadReset(document.Reset, pointer + "/reset", errors),
            OverLimit = ReadOverLimit(document.OverLimit, pointer + "/over_limit", errors),
            RolloverMax = ReadRollover(document.Rollover, pointer + "/rollover/max", errors),
            Tiers = ReadTiers(document, pointer + "/tiers", errors),
            PriceUnit = ReadPrice(document, pointer + "/price", errors),
            FirstReading = ReadFirstReading(document.FirstReading, feature, pointer + "/first_reading", errors),
        };
    }

    private static void RefuseForBoolean(TermsDocument document, string pointer, FieldErrors errors)
    {
        const string Detail = "has no meaning for a boolean feature";
        errors.Require(document.Limit is null, pointer + "/limit", Detail);
        errors.Require(document.Rollover is null, pointer + "/rollover", Detail);
        errors.Require(document.Tiers is null or [], pointer + "/tiers", Detail);
        errors.Require(document.Price is null, pointer + "/price", Detail);
    }

    private static Reset ReadReset(ResetDocument? document, string pointer, FieldErrors errors)
    {
        if (document is null)
        {
            return Reset.Never;
        }

        // Here the place in the body is known. The rest of a reset that is broken is not judged: it would be told as a second fault.
        if (document.Faults.Count > 0)
        {
            foreach (var fault in document.Faults)
            {
                errors.Add(pointer + fault.Pointer, fault.Detail);
            }

            return Reset.Never;
        }

        errors.Require(document.Interval is not null, pointer + "/interval", "is required");
        var interval = Texts.OneOf(errors, document.IsName ? pointer : pointer + "/interval", document.Interval, Interval.None);
        if (document.TimeZone is not null && !PeriodSchedule.KnowsZone(document.TimeZone))
        {
            errors.Add(pointer + "/time_zone", "must be an IANA time zone such as Europe/Berlin");
        }

        switch (document.Anchor)
        {
            case null or "license":
                return new Reset { Interval = interval, TimeZone = document.TimeZone };
            case "calendar":
                return new Reset { Interval = interval, Anchor = AnchorKind.Calendar, TimeZone = document.TimeZone };
            default:
                if (!UtcJsonConverter.TryParse(document.Anchor, out var at))
                {
                    errors.Add(pointer + "/anchor", "must be license, calendar, or an RFC 3339 time");
                }

                return new Reset { Interval = interval, Anchor = AnchorKind.At, AnchorAt = at, TimeZone = document.TimeZone };
        }
    }

    private static Policy ReadOverLimit(string? text, string pointer, FieldErrors errors)
    {
        var policy = Texts.OneOf(errors, pointer, text, Policy.Deny);
        errors.Require(
            policy is Policy.Deny or Policy.AllowWithOverage, pointer, "must be deny or allow_with_overage; tiers take the other policies");
        return policy;
    }

    private static FirstReading ReadFirstReading(string? text, Feature? feature, string pointer, FieldErrors errors)
    {
        errors.Require(
            // A feature that is not known has been told as such, so nothing is said of its kind.
            text is null || feature is null or { Kind: FeatureKind.Metered, Metric: MetricType.Total },
            pointer, "has a meaning only for a total");
        return Texts.OneOf(errors, pointer, text, FirstReading.Counts);
    }

    private static decimal? ReadRollover(RolloverDocument? document, string pointer, FieldErrors errors)
    {
        if (document is not null)
        {
            errors.Require(document.Max is >= 0, pointer, document.Max is null ? "is required" : "must be zero or more");
        }

        return document?.Max;
    }

    private static string? ReadPrice(TermsDocument document, string pointer, FieldErrors errors)
    {
        if (document.Price is not null)
        {
            return Texts.Code(errors, pointer + "/unit", document.Price.Unit);
        }

        var priced = document.Tiers is not null && document.Tiers.Any(tier => tier is { UnitPrice: > 0 } or { BasePrice: > 0 });
        // The cost leaves a balance in the step that counts (rule 7), so a price without a unit could never be paid.
        errors.Require(!priced, pointer, "is required where a tier has a price");
        return null;
    }

    private static ImmutableArray<Tier> ReadTiers(TermsDocument document, string pointer, FieldErrors errors)
    {
        var tiers = document.Tiers ?? [];
        if (!errors.Require(tiers.Length <= MeterLimits.Tiers, pointer, $"must have at most {MeterLimits.Tiers} tiers"))
        {
            return [];
        }

        var read = ImmutableArray.CreateBuilder<Tier>(tiers.Length);
        for (var i = 0; i < tiers.Length; i++)
        {
            if (!errors.Require(tiers[i] is not null, $"{pointer}/{i}", "must be an object"))
            {
                continue;
            }

            var tier = ReadTier(tiers[i]!, $"{pointer}/{i}", errors);
            errors.Require(
                // Only of a percentage that is right in itself, so that a field gets one fault at a time.
                document.Limit is not null || tier.From is not { IsPercent: true, Value: >= 0 and <= MaxPercent },
                $"{pointer}/{i}/from",
                "is a percentage, and there is no limit to take it of: set a limit, or give an amount");
            errors.Require(
                read.Count == 0 || Rises(read[^1].From, tier.From, document.Limit), $"{pointer}/{i}/from", "must be above the tier before");
            read.Add(tier);
        }

        return read.ToImmutable();
    }

    // An amount and a percentage can be compared only where there is a limit to take the percentage of.
    private static bool Rises(Threshold before, Threshold after, decimal? limit)
    {
        if (before.IsPercent == after.IsPercent)
        {
            return after.Value > before.Value;
        }

        return limit is null || after.Resolve(limit) > before.Resolve(limit);
    }

    private static Tier ReadTier(TierDocument document, string pointer, FieldErrors errors)
    {
        var from = document.From ?? default;
        errors.Require(document.From is not null, pointer + "/from", "is required");
        errors.Require(from.Value >= 0, pointer + "/from", "must be zero or more");
        errors.Require(!from.IsPercent || from.Value <= MaxPercent, pointer + "/from", $"must be at most {MaxPercent}%");
        var policy = Texts.OneOf(errors, pointer + "/policy", document.Policy, Policy.NotifyOnly);
        errors.Require(document.Grace is null or >= 0, pointer + "/grace", "must be zero or more");
        errors.Require(
            policy != Policy.AllowWithGrace || document.Grace is not null, pointer + "/grace", "is required for allow_with_grace");
        errors.Require(policy != Policy.RateLimit || document.Rate is not null, pointer + "/rate", "is required for rate_limit");
        errors.Require(document.UnitPrice is null or >= 0, pointer + "/unit_price", "must be zero or more");
        errors.Require(document.BasePrice is null or >= 0, pointer + "/base_price", "must be zero or more");
        errors.Require(document.Resumes is null or Manual or NextPeriod, pointer + "/resumes", $"must be {Manual} or {NextPeriod}");
        return new Tier
        {
            From = from,
            Level = Texts.OneOf(errors, pointer + "/level", document.Level, Level.Normal),
            Policy = policy,
            Grace = document.Grace ?? 0,
            Rate = document.Rate is null ? null : ReadRate(document.Rate, pointer + "/rate", errors),
            UnitPrice = document.UnitPrice ?? 0,
            BasePrice = document.BasePrice ?? 0,
            ResumesNextPeriod = document.Resumes == NextPeriod,
        };
    }

    private static Rate ReadRate(RateDocument document, string pointer, FieldErrors errors)
    {
        errors.Require(document.Amount is > 0, pointer + "/amount", document.Amount is null ? "is required" : "must be above zero");
        errors.Require(document.Burst is null or > 0, pointer + "/burst", "must be above zero");
        errors.Require(document.Per is not null, pointer + "/per", "is required");
        var per = Texts.OneOf(errors, pointer + "/per", document.Per, RateInterval.Second);
        // The stand-ins are never used: what is missing has been noted, and the request is refused as a whole.
        return new Rate(document.Amount ?? 1, per, document.Burst ?? document.Amount ?? 1);
    }
}
