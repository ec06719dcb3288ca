using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Tests.Evidence;

/// <summary>Stored entries are read by hand, for speed; what is read is what the serializer reads.</summary>
public sealed class LedgerEntryReaderProperties
{
    private const int Histories = 100;
    private const int Cases = 1_000;

    internal static Gen<DateTimeOffset> Times =>
        from days in Gen.Choose(0, 365 * 7_000)
        from milliseconds in Gen.Choose(0, 86_399_999)
        from whole in Gen.Elements(true, false)
        select DateTimeOffset.UnixEpoch.AddDays(days).AddMilliseconds(whole ? milliseconds / 1_000 * 1_000 : milliseconds);

    internal static Gen<decimal> Numbers =>
        from amount in Samples.Amounts
        from sign in Gen.Elements(1, -1)
        select amount * sign;

    internal static Gen<string?> Texts =>
        Gen.Elements(null, "", "api_calls", "user a~", "a\"b", "a\\b", "größe", "a\nb", "<tag>", "\u007f");

    private static Gen<TierCharge> Lines =>
        from start in Texts
        from numbers in Gen.ArrayOf(Gen.OneOf(Numbers, Gen.Constant(0m)), 4)
        select new TierCharge(start, numbers[0], numbers[1], numbers[2], numbers[3]);

    internal static Gen<LedgerEntry> Entries =>
        from sequence in Gen.Choose(0, int.MaxValue)
        from at in Times
        from kind in Gen.Elements(Enum.GetValues<EntryKind>())
        from numbers in Gen.ArrayOf(Numbers, 7)
        from texts in Gen.ArrayOf(Texts, 12)
        from charges in Gen.ListOf(Lines, 2)
        from start in Times
        from shape in Gen.Choose(0, 255)
        select new LedgerEntry
        {
            Sequence = sequence,
            At = at,
            Kind = kind,
            FeatureCode = texts[0],
            Amount = numbers[0],
            Before = numbers[1],
            After = numbers[2],
            Value = Has(shape, 0) ? numbers[3] : null,
            Overage = numbers[4],
            Cost = numbers[5],
            Charges = Charges.Of([.. charges]),
            Unit = texts[1],
            BalanceAfter = Has(shape, 1) ? numbers[6] : null,
            Period = Has(shape, 2) ? new Period(start, Has(shape, 3) ? start.AddDays(30) : null) : null,
            Day = Has(shape, 4) ? DateOnly.FromDateTime(at.UtcDateTime) : null,
            OccurredAt = Has(shape, 5) ? start : null,
            Late = Has(shape, 6),
            IdempotencyKey = texts[2],
            EventId = texts[3],
            UserId = texts[4],
            AmongOthers = Has(shape, 7),
            Fingerprint = texts[5],
            Key = texts[6],
            GrantId = texts[7],
            HoldId = texts[8],
            Reason = texts[9],
            CallerReference = texts[10],
            Detail = texts[11],
        };

    [Fact]
    public void An_entry_of_any_fields_is_read_as_by_the_serializer() => Samples.Check("entries", Cases, Entries, entry =>
        Assert.Equal(entry, LedgerEntryReader.Read(Stored(entry))));

    [Fact]
    [Rule(9)]
    public void Every_entry_of_a_history_is_read_without_the_serializer() => Samples.Check(
        "histories",
        Histories,
        History.Any,
        history => Playing.Run(history, (_, _, _, outcome) =>
        {
            // What a caller wrote may need escapes or hold anything; all that the domain itself writes is plain.
            foreach (var entry in outcome.Entries.Where(entry => entry.Metadata is null))
            {
                var stored = Stored(entry);
                Assert.Equal(Encoding.UTF8.GetString(stored), Encoding.UTF8.GetString(Stored(LedgerEntryReader.ReadPlain(stored)!)));
            }
        }),
        history => history.Shorter());

    [Fact]
    public void A_damaged_entry_is_read_as_by_the_serializer_or_not_at_all() => Samples.Check(
        "damage",
        Cases * 3,
        from entry in Entries
        from place in Gen.Choose(0, int.MaxValue)
        from put in Gen.Elements("", "0", "9", ".", "-", "\"", "\\", "}", " ", "\u0001", "e", ",\"late\":true", "null")
        from taken in Gen.Choose(0, 2)
        select (entry, place, put, taken),
        sample =>
        {
            var text = Encoding.UTF8.GetString(Stored(sample.entry));
            var place = sample.place % text.Length;
            var taken = Math.Min(sample.taken, text.Length - place);
            var damaged = Encoding.UTF8.GetBytes(text[..place] + sample.put + text[(place + taken)..]);
            if (LedgerEntryReader.ReadPlain(damaged) is { } read)
            {
                Assert.Equal(JsonSerializer.Deserialize(damaged, MeteringJson.Default.LedgerEntry), read);
            }
        });

    [Theory]
    [InlineData("""{"sequence":1,"at":"2026-02-29T10:00:00Z"}""")]
    [InlineData("""{"sequence":1,"at":"2026-02-28T24:00:00Z"}""")]
    [InlineData("""{"sequence":1,"at":"2026-02-28 10:00:00Z"}""")]
    [InlineData("""{"sequence":1,"at":"2026-02-28T10:00:00+01:00"}""")]
    [InlineData("""{"sequence":1,"day":"2026-13-01"}""")]
    [InlineData("""{"sequence":1,"amount":01}""")]
    [InlineData("""{"sequence":1,"amount":1.}""")]
    [InlineData("""{"sequence":1,"amount":.5}""")]
    [InlineData("""{"sequence":1,"amount":1e3}""")]
    [InlineData("""{"sequence":1,"amount":1234567890123456789}""")]
    [InlineData("""{"sequence":1.5}""")]
    [InlineData("""{"sequence":1,"kind":"stolen"}""")]
    [InlineData("""{"sequence":1,"user_id":null}""")]
    [InlineData("""{"sequence":1,"user_id":"a"}}""")]
    [InlineData("""{"sequence":1,"user_id":"a" }""")]
    [InlineData("""{"sequence":1,"user_id":"a""")]
    [InlineData("""{"sequence":1,"period":{"start":"2026-02-28T10:00:00Z"}""")]
    [InlineData("""{"kind":"consumed","sequence":1}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    public void What_is_not_as_it_would_be_written_is_left_to_the_serializer(string json) =>
        Assert.Null(LedgerEntryReader.ReadPlain(Encoding.UTF8.GetBytes(json)));

    private static bool Has(int shape, int bit) => (shape & (1 << bit)) != 0;

    private static byte[] Stored(LedgerEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, MeteringJson.Default.LedgerEntry);
}
