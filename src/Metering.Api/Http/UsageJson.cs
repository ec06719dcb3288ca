using System.Text.Json;

namespace Metering.Api;

/// <summary>Writes a usage answer. By hand, because every consume writes one.</summary>
internal static class UsageJson
{
    // Names are encoded once, not for each answer.
    private static readonly JsonEncodedText Allowed = JsonEncodedText.Encode("allowed");
    private static readonly JsonEncodedText FeatureCode = JsonEncodedText.Encode("feature_code");
    private static readonly JsonEncodedText Kind = JsonEncodedText.Encode("kind");
    private static readonly JsonEncodedText AmountName = JsonEncodedText.Encode("amount");
    private static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    private static readonly JsonEncodedText Used = JsonEncodedText.Encode("used");
    private static readonly JsonEncodedText Limit = JsonEncodedText.Encode("limit");
    private static readonly JsonEncodedText Allowance = JsonEncodedText.Encode("allowance");
    private static readonly JsonEncodedText Held = JsonEncodedText.Encode("held");
    private static readonly JsonEncodedText Remaining = JsonEncodedText.Encode("remaining");
    private static readonly JsonEncodedText Overage = JsonEncodedText.Encode("overage");
    private static readonly JsonEncodedText Unlimited = JsonEncodedText.Encode("unlimited");
    private static readonly JsonEncodedText LevelName = JsonEncodedText.Encode("level");
    private static readonly JsonEncodedText PolicyName = JsonEncodedText.Encode("policy");
    private static readonly JsonEncodedText PeriodName = JsonEncodedText.Encode("period");
    private static readonly JsonEncodedText Start = JsonEncodedText.Encode("start");
    private static readonly JsonEncodedText End = JsonEncodedText.Encode("end");
    private static readonly JsonEncodedText ResetsAt = JsonEncodedText.Encode("resets_at");
    private static readonly JsonEncodedText Cost = JsonEncodedText.Encode("cost");
    private static readonly JsonEncodedText Balance = JsonEncodedText.Encode("balance");
    private static readonly JsonEncodedText Unit = JsonEncodedText.Encode("unit");
    private static readonly JsonEncodedText Available = JsonEncodedText.Encode("available");
    private static readonly JsonEncodedText Sequence = JsonEncodedText.Encode("sequence");
    private static readonly JsonEncodedText Signals = JsonEncodedText.Encode("signals");

    /// <summary>The whole answer, as an object.</summary>
    public static void Write(Utf8JsonWriter json, UsageAnswer answer)
    {
        json.WriteStartObject();
        WriteFields(json, answer);
        json.WriteEndObject();
    }

    /// <summary>The answer's fields, into an object that is open.</summary>
    public static void WriteFields(Utf8JsonWriter json, UsageAnswer answer)
    {
        // The order of fields is a part of what was answered: a repeat is written anew from the remembered answer, and is the same to the
        // byte.
        json.WriteBoolean(Allowed, answer.Allowed);
        json.WriteString(FeatureCode, answer.FeatureCode);
        json.WriteString(Kind, EnumNames.Of(answer.Kind));
        WriteAmount(json, AmountName, answer.Amount);
        json.WriteString(Reason, answer.Reason);
        WriteAmount(json, Used, answer.Used);
        WriteAmount(json, Limit, answer.Limit);
        WriteAmount(json, Allowance, answer.Allowance);
        WriteAmount(json, Held, answer.Held);
        WriteAmount(json, Remaining, answer.Remaining);
        WriteAmount(json, Overage, answer.Overage);
        json.WriteBoolean(Unlimited, answer.Unlimited);
        json.WriteString(LevelName, EnumNames.Of(answer.Level));
        json.WriteString(PolicyName, EnumNames.Of(answer.Policy));
        WritePeriod(json, answer.Period);
        WriteTime(json, ResetsAt, answer.ResetsAt);
        WriteAmount(json, Cost, answer.Cost);
        WriteBalance(json, answer.Balance);
        json.WriteNumber(Sequence, answer.Sequence);
        json.WriteStartArray(Signals);
        foreach (var signal in answer.Signals)
        {
            json.WriteStringValue(EnumNames.Of(signal));
        }

        json.WriteEndArray();
    }

    private static void WritePeriod(Utf8JsonWriter json, Period? period)
    {
        if (period is null)
        {
            json.WriteNull(PeriodName);
            return;
        }

        json.WriteStartObject(PeriodName);
        WriteTime(json, Start, period.Start);
        WriteTime(json, End, period.End);
        json.WriteEndObject();
    }

    private static void WriteBalance(Utf8JsonWriter json, BalanceView? balance)
    {
        if (balance is null)
        {
            json.WriteNull(Balance);
            return;
        }

        json.WriteStartObject(Balance);
        json.WriteString(Unit, balance.Unit);
        WriteAmount(json, Available, balance.Available);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, JsonEncodedText name, decimal? amount)
    {
        if (amount is { } value)
        {
            json.WriteNumber(name, Amount.Normalize(value));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset? time)
    {
        if (time is not { } value)
        {
            json.WriteNull(name);
        }
        else if (value.UtcTicks % TimeSpan.TicksPerSecond == 0)
        {
            // The writer's own form of a UTC time in whole seconds is the contract's; it is several times faster than a format string.
            json.WriteString(name, value.UtcDateTime);
        }
        else
        {
            json.WritePropertyName(name);
            Times.Write(json, value, ApiJson.Default.Options);
        }
    }

    private static readonly UtcJsonConverter Times = new();
}
