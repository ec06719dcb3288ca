using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering;

/// <summary>
/// Writes a license's state in the bytes that <see cref="MeteringJson"/> would write, for the same reason as <see cref="StoredJson"/>: each
/// license that was used is written out. What a state rarely has is left to the serializer.
/// </summary>
public static class StoredStateJson
{
    /// <summary>Writes all of a license's state, as one object.</summary>
    // In the order in which the fields are declared, the form first, as the serializer does.
    public static void Write(Utf8JsonWriter writer, LicenseState state)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(state);
        var json = new StoredFields(writer);
        writer.WriteStartObject();
        json.Integer("format"u8, state.Format);
        json.Text("license_id"u8, state.LicenseId);
        json.Text("tenant_id"u8, state.TenantId);
        json.Integer("sequence"u8, state.Sequence);
        json.Time("created_at"u8, state.CreatedAt);
        json.Time("last_seen"u8, state.LastSeen);
        json.Integer("set_back_at"u8, state.SetBackAt);
        json.Time("anchor"u8, state.Anchor);
        json.Text("time_zone"u8, state.TimeZone);
        json.Flag("suspended"u8, state.Suspended);
        json.Flag("deleted"u8, state.Deleted);
        json.Time("expires_at"u8, state.ExpiresAt);
        writer.WriteStartArray("plans"u8);
        foreach (var plan in state.Plans)
        {
            writer.WriteStartObject();
            json.Text("plan_id"u8, plan.PlanId);
            json.Integer("version"u8, plan.Version);
            json.Text("group"u8, plan.Group);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("meters"u8);
        foreach (var meter in state.Meters)
        {
            Write(writer, json, meter);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("balances"u8);
        foreach (var balance in state.Balances)
        {
            Write(writer, json, balance);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("holds"u8);
        if (state.Holds.Count > 0)
        {
            foreach (var hold in state.Holds)
            {
                JsonSerializer.Serialize(writer, hold, MeteringJson.Default.HoldState);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, MeterState meter)
    {
        writer.WriteStartObject();
        Write(writer, json, meter.Feature);
        Write(writer, json, meter.Terms);
        json.Text("plan_id"u8, meter.PlanId);
        json.Flag("assigned"u8, meter.Assigned);
        writer.WriteStartArray("spans"u8);
        foreach (var span in meter.Spans)
        {
            writer.WriteStartObject();
            json.Time("from"u8, span.From);
            json.Time("until"u8, span.Until);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        List(writer, "endless"u8, meter.Endless, MeteringJson.Default.EndlessSpan);
        writer.WriteStartObject("schedule"u8);
        json.Name("interval"u8, meter.Schedule.Interval);
        json.Time("anchor"u8, meter.Schedule.Anchor);
        json.Text("time_zone"u8, meter.Schedule.TimeZone);
        writer.WriteEndObject();
        json.Period("period"u8, meter.Period);
        json.Number("used"u8, meter.Used);
        json.Number("limit_used"u8, meter.LimitUsed);
        json.Number("rollover"u8, meter.Rollover);
        json.Number("rollover_used"u8, meter.RolloverUsed);
        json.Number("overage"u8, meter.Overage);
        json.Number("held"u8, meter.Held);
        json.Number("cost"u8, meter.Cost);
        if (meter.Priced is { } priced)
        {
            writer.WriteStartObject("priced"u8);
            json.Charges("charges"u8, priced.Charges);
            json.Number("credit_drawn"u8, priced.CreditDrawn);
            json.Number("credit_left"u8, priced.CreditLeft);
            writer.WriteEndObject();
        }

        json.Number("priced_to"u8, meter.PricedTo);
        json.Integer("tiers_entered"u8, meter.TiersEntered);
        Write(writer, json, "grants"u8, meter.Grants);
        Write(writer, json, "ended_grants"u8, meter.EndedGrants);
        json.Number("forgotten_used"u8, meter.ForgottenUsed);
        json.Name("level"u8, meter.Level);
        json.Integer("levels_signalled"u8, meter.LevelsSignalled);
        json.Flag("overage_signalled"u8, meter.OverageSignalled);
        json.Flag("suspended"u8, meter.Suspended);
        json.Flag("resumes_next_period"u8, meter.ResumesNextPeriod);
        json.Number("rate_next"u8, meter.RateNext);
        Rare(writer, "last_rate"u8, meter.LastRate, MeteringJson.Default.Rate);
        Rare(writer, "last_reading"u8, meter.LastReading, MeteringJson.Default.Reading);
        Rare(writer, "readings"u8, meter.Readings, MeteringJson.Default.ImmutableDictionaryStringReading);
        writer.WriteStartArray("days"u8);
        foreach (var day in meter.Days)
        {
            Write(writer, json, day);
        }

        writer.WriteEndArray();
        Rare(writer, "past"u8, meter.Past, MeteringJson.Default.MeterPast);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, Feature feature)
    {
        writer.WriteStartObject("feature"u8);
        json.Text("code"u8, feature.Code);
        json.Text("name"u8, feature.Name);
        json.Name("kind"u8, feature.Kind);
        json.Name("metric"u8, feature.Metric);
        json.Text("unit"u8, feature.Unit);
        json.Time("retired_at"u8, feature.RetiredAt);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, Terms terms)
    {
        writer.WriteStartObject("terms"u8);
        json.Number("limit"u8, terms.Limit);
        writer.WriteStartObject("reset"u8);
        json.Name("interval"u8, terms.Reset.Interval);
        json.Name("anchor"u8, terms.Reset.Anchor);
        json.Time("anchor_at"u8, terms.Reset.AnchorAt);
        json.Text("time_zone"u8, terms.Reset.TimeZone);
        writer.WriteEndObject();
        json.Name("over_limit"u8, terms.OverLimit);
        json.Number("rollover_max"u8, terms.RolloverMax);
        writer.WriteStartArray("tiers"u8);
        foreach (var tier in terms.Tiers)
        {
            Write(writer, json, tier);
        }

        writer.WriteEndArray();
        json.Text("price_unit"u8, terms.PriceUnit);
        json.Name("first_reading"u8, terms.FirstReading);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, Tier tier)
    {
        writer.WriteStartObject();
        if (tier.From != default)
        {
            writer.WriteStartObject("from"u8);
            json.Number("value"u8, tier.From.Value);
            json.Flag("is_percent"u8, tier.From.IsPercent);
            writer.WriteEndObject();
        }

        json.Name("level"u8, tier.Level);
        json.Name("policy"u8, tier.Policy);
        json.Number("grace"u8, tier.Grace);
        Rare(writer, "rate"u8, tier.Rate, MeteringJson.Default.Rate);
        json.Flag("resumes_next_period"u8, tier.ResumesNextPeriod);
        json.Number("unit_price"u8, tier.UnitPrice);
        json.Number("base_price"u8, tier.BasePrice);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, ReadOnlySpan<byte> name, ImmutableArray<GrantState> grants)
    {
        writer.WriteStartArray(name);
        foreach (var grant in grants)
        {
            writer.WriteStartObject();
            json.Text("id"u8, grant.Id);
            json.Number("amount"u8, grant.Amount);
            json.Number("granted"u8, grant.Granted);
            json.Number("used"u8, grant.Used);
            json.Number("period_used"u8, grant.PeriodUsed);
            json.Number("period_spent"u8, grant.PeriodSpent);
            json.Number("covered_at_lapse"u8, grant.CoveredAtLapse);
            json.Number("lapsed"u8, grant.Lapsed);
            json.Number("lapsed_at_end"u8, grant.LapsedAtEnd);
            json.Integer("priority"u8, grant.Priority);
            json.Time("effective_at"u8, grant.EffectiveAt);
            json.Time("expires_at"u8, grant.ExpiresAt);
            json.Integer("created_sequence"u8, grant.CreatedSequence);
            json.Time("created_at"u8, grant.CreatedAt);
            json.Number("rollover_max"u8, grant.RolloverMax);
            json.Name("recurrence"u8, grant.Recurrence);
            json.Flag("active"u8, grant.Active);
            json.Integer("recurrences"u8, grant.Recurrences);
            json.Time("recurs_at"u8, grant.RecursAt);
            if (grant.Ended is { } ended)
            {
                writer.WriteString("ended"u8, EnumNames.Of(ended));
            }

            json.Time("ended_at"u8, grant.EndedAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, DayRollup day)
    {
        writer.WriteStartObject();
        json.Day("day"u8, day.Day);
        json.Integer("count"u8, day.Count);
        json.Integer("corrections"u8, day.Corrections);
        json.Number("sum"u8, day.Sum);
        json.Number("min"u8, day.Min);
        json.Number("max"u8, day.Max);
        json.Number("last"u8, day.Last);
        json.Number("overage"u8, day.Overage);
        json.Number("opening"u8, day.Opening);
        json.Number("unit_seconds"u8, day.UnitSeconds);
        json.Integer("moved_at"u8, day.MovedAt);
        json.Flag("out_of_order"u8, day.OutOfOrder);
        json.Number("cost"u8, day.Cost);
        json.Integer("refused"u8, day.Refused);
        Rare(writer, "by_user"u8, day.ByUser, MeteringJson.Default.ImmutableSortedDictionaryStringUserUse);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, BalanceState balance)
    {
        writer.WriteStartObject();
        json.Text("unit"u8, balance.Unit);
        json.Number("amount"u8, balance.Amount);
        json.Flag("allow_overage"u8, balance.AllowOverage);
        json.Flag("suspended"u8, balance.Suspended);
        json.Number("low_at"u8, balance.LowAt);
        json.Flag("low_signalled"u8, balance.LowSignalled);
        json.Flag("exhausted_signalled"u8, balance.ExhaustedSignalled);
        json.Number("bought"u8, balance.Bought);
        json.Number("spent"u8, balance.Spent);
        json.Number("withdrawn"u8, balance.Withdrawn);
        writer.WriteEndObject();
    }

    private static void Rare<T>(Utf8JsonWriter writer, ReadOnlySpan<byte> name, T? value, JsonTypeInfo<T> type)
        where T : class
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, type);
        }
    }

    // Empty ones are written too, as the serializer does.
    private static void List<T>(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ImmutableArray<T> values, JsonTypeInfo<T> type)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        writer.WriteEndArray();
    }
}
