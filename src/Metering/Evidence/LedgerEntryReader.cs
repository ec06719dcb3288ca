using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Metering;

/// <summary>Reads entries as they are stored. Whoever verifies reads all that there are, and nothing there takes as long.</summary>
public static class LedgerEntryReader
{
    // In the order of the members, so that the kinds of use, which nearly all entries have, are found soon.
    private static readonly (byte[] Name, EntryKind Kind)[] Kinds =
        [.. Enum.GetValues<EntryKind>().Select(kind => (Encoding.ASCII.GetBytes(EnumNames.Of(kind)), kind))];

    /// <summary>Reads an entry in whatever form of JSON it is stored.</summary>
    /// <param name="stored">Its JSON, as <see cref="MeteringJson"/> writes it.</param>
    /// <returns>The entry; null where the JSON is <c>null</c>.</returns>
    /// <exception cref="JsonException">It is none.</exception>
    public static LedgerEntry? Read(ReadOnlySpan<byte> stored) =>
        ReadPlain(stored) ?? JsonSerializer.Deserialize(stored, MeteringJson.Default.LedgerEntry);

    /// <summary>
    /// Reads an entry that is just as it was written, and holds nothing that needs the serializer: no text beyond ASCII, no metadata.
    /// </summary>
    /// <returns>The entry, as the serializer would read it; null where only the serializer can tell.</returns>
    /// <exception cref="JsonException">Its effect is none.</exception>
    public static LedgerEntry? ReadPlain(ReadOnlySpan<byte> stored) => ReadPlain(stored, withEffect: true);

    /// <summary>
    /// Reads what an entry shows, in whatever form of JSON it is stored: of its effect, which nobody is shown, nothing need be there.
    /// </summary>
    /// <exception cref="JsonException">It is none.</exception>
    // An export reads as many as verify does, and the effect is a good part of what there is to read.
    public static LedgerEntry? ReadShown(ReadOnlySpan<byte> stored) =>
        ReadPlain(stored, withEffect: false) ?? JsonSerializer.Deserialize(stored, MeteringJson.Default.LedgerEntry);

    private static LedgerEntry? ReadPlain(ReadOnlySpan<byte> stored, bool withEffect)
    {
        var json = new WrittenJson(stored);
        json.Expect("{\"sequence\":"u8);

        // In the order in which they are declared, for so they are written; what has its default is not.
        var entry = new LedgerEntry
        {
            Sequence = json.Integer(),
            At = json.Next(",\"at\":"u8) ? json.Time() : default,
            Kind = json.Next(",\"kind\":"u8) ? ReadKind(ref json) : default,
            FeatureCode = json.Next(",\"feature_code\":"u8) ? json.Text() : null,
            Amount = json.Next(",\"amount\":"u8) ? json.Number() : 0,
            Before = json.Next(",\"before\":"u8) ? json.Number() : 0,
            After = json.Next(",\"after\":"u8) ? json.Number() : 0,
            Value = json.Next(",\"value\":"u8) ? json.Number() : null,
            Overage = json.Next(",\"overage\":"u8) ? json.Number() : 0,
            Cost = json.Next(",\"cost\":"u8) ? json.Number() : 0,
            Charges = json.Next(",\"charges\":["u8) ? ReadCharges(ref json) : null,
            Unit = json.Next(",\"unit\":"u8) ? json.Text() : null,
            BalanceAfter = json.Next(",\"balance_after\":"u8) ? json.Number() : null,
            Drawn = json.Next(",\"drawn\":"u8) ? json.Number() : null,
            Period = json.Next(",\"period\":"u8) ? ReadPeriod(ref json) : null,
            Day = json.Next(",\"day\":"u8) ? json.Day() : null,
            OccurredAt = json.Next(",\"occurred_at\":"u8) ? json.Time() : null,
            Late = json.Next(",\"late\":true"u8),
            IdempotencyKey = json.Next(",\"idempotency_key\":"u8) ? json.Text() : null,
            EventId = json.Next(",\"event_id\":"u8) ? json.Text() : null,
            UserId = json.Next(",\"user_id\":"u8) ? json.Text() : null,
            AmongOthers = json.Next(",\"among_others\":true"u8),
            Fingerprint = json.Next(",\"fingerprint\":"u8) ? json.Text() : null,
            Key = json.Next(",\"key\":"u8) ? json.Text() : null,
            GrantId = json.Next(",\"grant_id\":"u8) ? json.Text() : null,
            HoldId = json.Next(",\"hold_id\":"u8) ? json.Text() : null,
            Reason = json.Next(",\"reason\":"u8) ? json.Text() : null,
            CallerReference = json.Next(",\"reference\":"u8) ? json.Text() : null,
            Detail = json.Next(",\"detail\":"u8) ? json.Text() : null,
            Effect = json.Next(",\"effect\":"u8) ? ReadEffect(ref json, withEffect) : null,
        };
        json.Expect("}"u8);
        return json.IsPlain && json.Rest.IsEmpty ? entry : null;
    }

    // The last of the fields, so that it is all that is left. It has a form of its own, which is the serializer's to know.
    private static CommandEffect? ReadEffect(ref WrittenJson json, bool isWanted)
    {
        var effect = json.UpToLast();
        return json.IsPlain && isWanted ? JsonSerializer.Deserialize(effect, MeteringJson.Default.CommandEffect) : null;
    }

    private static EntryKind ReadKind(ref WrittenJson json)
    {
        var name = json.Characters();
        foreach (var (known, kind) in Kinds)
        {
            if (name.SequenceEqual(known))
            {
                return kind;
            }
        }

        json.Decline();
        return default;
    }

    private static Charges? ReadCharges(ref WrittenJson json)
    {
        var lines = ImmutableArray.CreateBuilder<TierCharge>(1);
        do
        {
            lines.Add(ReadCharge(ref json));
        }
        while (json.IsPlain && json.Next(","u8));
        json.Expect("]"u8);
        return Charges.Of(lines.DrainToImmutable());
    }

    // Its first field is the one that is there, and each may be missing; so the separator comes before all but the first.
    private static TierCharge ReadCharge(ref WrittenJson json)
    {
        json.Expect("{"u8);
        var first = true;
        var from = Field(ref json, "\"from\":"u8, ref first) ? json.Text() : null;
        var unitPrice = Field(ref json, "\"unit_price\":"u8, ref first) ? json.Number() : 0;
        var units = Field(ref json, "\"units\":"u8, ref first) ? json.Number() : 0;
        var unitCost = Field(ref json, "\"unit_cost\":"u8, ref first) ? json.Number() : 0;
        var basePrice = Field(ref json, "\"base_price\":"u8, ref first) ? json.Number() : 0;
        json.Expect("}"u8);
        return new TierCharge(from, unitPrice, units, unitCost, basePrice);
    }

    private static bool Field(ref WrittenJson json, ReadOnlySpan<byte> name, ref bool first)
    {
        var rest = json;
        if (!((first || rest.Next(","u8)) && rest.Next(name)))
        {
            return false;
        }

        json = rest;
        first = false;
        return true;
    }

    private static Period ReadPeriod(ref WrittenJson json)
    {
        json.Expect("{\"start\":"u8);
        var period = new Period(json.Time(), json.Next(",\"end\":"u8) ? json.Time() : null);
        json.Expect("}"u8);
        return period;
    }
}
