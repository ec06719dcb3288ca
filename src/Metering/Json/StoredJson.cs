using System.Text.Json;

namespace Metering;

/// <summary>
/// Writes what every command stores, in the bytes that <see cref="MeteringJson"/> would write: entries, and the commands and answers of
/// use. What else a command or an answer may be is left to the serializer. An answer that is stored beside its entry can leave out what the
/// entry has.
/// </summary>
public static class StoredJson
{
    /// <summary>Writes a ledger entry.</summary>
    // In the order in which the fields are declared, as the serializer does; LedgerEntryReader reads them in it.
    public static void Write(Utf8JsonWriter writer, LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(entry);
        var json = new StoredFields(writer);
        writer.WriteStartObject();
        json.Integer("sequence"u8, entry.Sequence);
        json.Time("at"u8, entry.At);
        json.Name("kind"u8, entry.Kind);
        json.Text("feature_code"u8, entry.FeatureCode);
        json.Number("amount"u8, entry.Amount);
        json.Number("before"u8, entry.Before);
        json.Number("after"u8, entry.After);
        json.Number("value"u8, entry.Value);
        json.Number("overage"u8, entry.Overage);
        json.Number("cost"u8, entry.Cost);
        json.Charges("charges"u8, entry.Charges);
        json.Text("unit"u8, entry.Unit);
        json.Number("balance_after"u8, entry.BalanceAfter);
        json.Number("drawn"u8, entry.Drawn);
        json.Period("period"u8, entry.Period);
        json.Day("day"u8, entry.Day);
        json.Time("occurred_at"u8, entry.OccurredAt);
        json.Flag("late"u8, entry.Late);
        json.Text("idempotency_key"u8, entry.IdempotencyKey);
        json.Text("event_id"u8, entry.EventId);
        json.Text("user_id"u8, entry.UserId);
        json.Flag("among_others"u8, entry.AmongOthers);
        json.Text("fingerprint"u8, entry.Fingerprint);
        json.Text("key"u8, entry.Key);
        json.Text("grant_id"u8, entry.GrantId);
        json.Text("hold_id"u8, entry.HoldId);
        json.Text("reason"u8, entry.Reason);
        json.Text("reference"u8, entry.CallerReference);
        json.Text("detail"u8, entry.Detail);
        json.Whole("metadata"u8, entry.Metadata);
        if (entry.Effect is { } effect)
        {
            // Only the serializer knows its form, and most uses have none.
            writer.WritePropertyName("effect"u8);
            JsonSerializer.Serialize(writer, effect, MeteringJson.Default.CommandEffect);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes an answer as it is remembered.</summary>
    public static void Write(Utf8JsonWriter writer, Answer answer)
    {
        if (answer is UsageAnswer usage)
        {
            ArgumentNullException.ThrowIfNull(writer);
            Write(writer, usage, isShort: false);
        }
        else
        {
            JsonSerializer.Serialize(writer, answer, MeteringJson.Default.Answer);
        }
    }

    /// <summary>
    /// Writes an answer that is remembered beside its entry. It leaves out the fields whose values are in the entry, if all of them match:
    /// answers are rarely read back, and every command would store these fields twice.
    /// </summary>
    /// <param name="writer">Where to write it.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="entry">The last entry of its command.</param>
    /// <exception cref="ArgumentException">A usage answer has no number: it would be read as one that was shortened.</exception>
    public static void Write(Utf8JsonWriter writer, Answer answer, LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(entry);
        if (answer is not UsageAnswer usage)
        {
            Write(writer, answer);
            return;
        }

        if (usage.Sequence < 1)
        {
            throw new ArgumentException("An answer without a number cannot be stored beside an entry.", nameof(answer));
        }

        Write(writer, usage, isShort: usage.MatchesEntry(entry));
    }

    /// <summary>Reads an answer that was written beside its entry, short or full.</summary>
    /// <param name="answer">The answer, as it is stored.</param>
    /// <param name="entry">The entry, as it is stored.</param>
    /// <exception cref="JsonException">One of them cannot be read.</exception>
    public static Answer ReadAnswer(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> entry)
    {
        var read = JsonSerializer.Deserialize(answer, MeteringJson.Default.Answer) ?? throw new JsonException("An answer is empty.");

        // Numbers start at 1. An answer without a number was shortened, and takes the missing fields from its entry.
        return read is UsageAnswer { Sequence: 0 } usage
            ? usage.CompletedFrom(JsonSerializer.Deserialize(entry, MeteringJson.Default.LedgerEntry)
                ?? throw new JsonException("An entry is empty."))
            : read;
    }

    /// <summary>Writes a command as it is journaled.</summary>
    public static void Write(Utf8JsonWriter writer, Command command)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var json = new StoredFields(writer);
        switch (command)
        {
            case Consume consume:
                writer.WriteStartObject();
                writer.WriteString("$c"u8, "consume"u8);
                json.Flag("allow_partial"u8, consume.AllowPartial);
                json.Flag("adds_only"u8, consume.AddsOnly);
                Write(writer, json, consume);
                break;
            case RecordUse record:
                writer.WriteStartObject();
                writer.WriteString("$c"u8, "record"u8);
                json.Text("lease_id"u8, record.LeaseId);
                Write(writer, json, record);
                break;
            default:
                JsonSerializer.Serialize(writer, command, MeteringJson.Default.Command);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, StoredFields json, Use use)
    {
        json.Text("feature_code"u8, use.FeatureCode);
        json.Number("given"u8, use.Given);
        json.Text("key"u8, use.Key);
        json.Text("event_id"u8, use.EventId);
        json.Text("user_id"u8, use.UserId);
        json.Text("fingerprint"u8, use.Fingerprint);
        json.Time("occurred_at"u8, use.OccurredAt);
        json.Whole("metadata"u8, use.Metadata);
        writer.WriteEndObject();
    }

    // A short one leaves out what UsageAnswer.MatchesEntry compares and UsageAnswer.CompletedFrom fills in: the three belong together.
    private static void Write(Utf8JsonWriter writer, UsageAnswer usage, bool isShort)
    {
        var json = new StoredFields(writer);
        writer.WriteStartObject();
        writer.WriteString("$a"u8, "usage"u8);
        json.Flag("allowed"u8, usage.Allowed && !isShort);
        json.Text("feature_code"u8, usage.FeatureCode);
        json.Name("kind"u8, usage.Kind);
        json.Number("amount"u8, isShort ? 0 : usage.Amount);
        json.Text("reason"u8, usage.Reason);
        json.Number("used"u8, isShort ? 0 : usage.Used);
        json.Number("limit"u8, usage.Limit);
        json.Number("allowance"u8, usage.Allowance);
        json.Number("held"u8, usage.Held);
        json.Number("remaining"u8, usage.Remaining);
        json.Number("overage"u8, usage.Overage);
        json.Flag("unlimited"u8, usage.Unlimited);
        json.Name("level"u8, usage.Level);
        json.Name("policy"u8, usage.Policy);
        json.Period("period"u8, isShort ? null : usage.Period);
        json.Number("cost"u8, isShort ? 0 : usage.Cost);
        if (usage.Balance is { } balance)
        {
            writer.WriteStartObject("balance"u8);
            json.Text("unit"u8, balance.Unit);
            json.Number("available"u8, balance.Available);
            writer.WriteEndObject();
        }

        json.Integer("sequence"u8, isShort ? 0 : usage.Sequence);
        if (!isShort || usage.Signals.Length > 0)
        {
            writer.WriteStartArray("signals"u8);
            foreach (var signal in usage.Signals)
            {
                writer.WriteStringValue(EnumNames.Of(signal));
            }

            writer.WriteEndArray();
        }

        json.Number("room"u8, usage.Room);
        json.Flag("endless"u8, usage.Endless);
        if (usage.Rate is { } rate)
        {
            writer.WriteStartObject("rate"u8);
            json.Number("burst"u8, rate.Burst);
            json.Integer("window_seconds"u8, rate.WindowSeconds);
            json.Number("remaining"u8, rate.Remaining);
            json.Integer("reset_seconds"u8, rate.ResetSeconds);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
