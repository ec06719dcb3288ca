using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Evidence;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Tests.Json;

/// <summary>What every command stores is written by hand, for speed; the bytes are those that the serializer writes.</summary>
public sealed class StoredJsonProperties
{
    private const int Histories = 100;
    private const int Cases = 1_000;

    private static readonly JsonElement Metadata = JsonSerializer.Deserialize<JsonElement>("""{"a":[1.50,"größe",null,{"b":"<"}]}""");

    private static Gen<UsageAnswer> Answers =>
        from numbers in Gen.ArrayOf(LedgerEntryReaderProperties.Numbers, 12)
        from texts in Gen.ArrayOf(LedgerEntryReaderProperties.Texts, 3)
        from kind in Gen.Elements(Enum.GetValues<FeatureKind>())
        from level in Gen.Elements(Enum.GetValues<Level>())
        from policy in Gen.Elements(Enum.GetValues<Policy>())
        from signals in Gen.ListOf(Gen.Elements(Enum.GetValues<SignalType>()))
        from start in LedgerEntryReaderProperties.Times
        from seconds in Gen.Choose(0, 100)
        from shape in Gen.Choose(0, 1023)
        select new UsageAnswer
        {
            Allowed = Has(shape, 0),
            FeatureCode = texts[0] ?? "",
            Kind = kind,
            Amount = numbers[0],
            Reason = texts[1],
            Used = numbers[1],
            Limit = Has(shape, 1) ? numbers[2] : null,
            Allowance = Has(shape, 2) ? numbers[3] : null,
            Held = numbers[4],
            Remaining = Has(shape, 3) ? numbers[5] : null,
            Overage = numbers[6],
            Unlimited = Has(shape, 4),
            Level = level,
            Policy = policy,
            Period = Has(shape, 5) ? new Period(start, Has(shape, 6) ? start.AddDays(30) : null) : null,
            Cost = numbers[7],
            Balance = Has(shape, 7) ? new BalanceView(texts[2] ?? "", numbers[8]) : null,
            Sequence = seconds,
            Signals = [.. signals],
            Room = Has(shape, 8) ? numbers[9] : null,
            Endless = Has(shape, 9),
            Rate = Has(shape, 8) ? new RateView(numbers[10], seconds, numbers[11], seconds / 2) : null,
        };

    private static Gen<Use> Uses =>
        from texts in Gen.ArrayOf(LedgerEntryReaderProperties.Texts, 6)
        from given in LedgerEntryReaderProperties.Numbers
        from at in LedgerEntryReaderProperties.Times
        from shape in Gen.Choose(0, 31)
        select (Has(shape, 0) ? (Use)new Consume { FeatureCode = "", AllowPartial = Has(shape, 1), AddsOnly = Has(shape, 4) }
            : new RecordUse { FeatureCode = "", LeaseId = texts[5] }) with
        {
            FeatureCode = texts[0] ?? "",
            Given = given,
            Key = texts[1],
            EventId = texts[2],
            UserId = texts[3],
            Fingerprint = texts[4],
            OccurredAt = Has(shape, 2) ? at : null,
            Metadata = Has(shape, 3) ? Metadata : null,
        };

    private static Gen<GrantState> Grants =>
        from numbers in Gen.ArrayOf(LedgerEntryReaderProperties.Numbers, 8)
        from times in Gen.ArrayOf(LedgerEntryReaderProperties.Times, 5)
        from count in Gen.Choose(-2, 2)
        from recurrence in Gen.Elements(Enum.GetValues<Interval>())
        from ended in Gen.Elements(Enum.GetValues<GrantEnd>())
        from shape in Gen.Choose(0, 63)
        select new GrantState
        {
            Id = "grt_1",
            Amount = numbers[0],
            Granted = numbers[1],
            Used = numbers[2],
            PeriodUsed = numbers[3],
            PeriodSpent = numbers[4],
            Lapsed = numbers[5],
            LapsedAtEnd = numbers[6],
            CoveredAtLapse = numbers[0],
            Priority = count,
            EffectiveAt = times[0],
            ExpiresAt = Has(shape, 0) ? times[1] : null,
            CreatedSequence = count * count,
            CreatedAt = times[2],
            RolloverMax = Has(shape, 1) ? numbers[7] : null,
            Recurrence = recurrence,
            Active = Has(shape, 2),
            Recurrences = Math.Abs(count),
            RecursAt = Has(shape, 3) ? times[3] : null,
            Ended = Has(shape, 4) ? ended : null,
            EndedAt = Has(shape, 5) ? times[4] : null,
        };

    private static Gen<Tier> Tiers =>
        from numbers in Gen.ArrayOf(LedgerEntryReaderProperties.Numbers, 6)
        from level in Gen.Elements(Enum.GetValues<Level>())
        from policy in Gen.Elements(Enum.GetValues<Policy>())
        from per in Gen.Elements(Enum.GetValues<RateInterval>())
        from shape in Gen.Choose(0, 7)
        select new Tier
        {
            From = new Threshold(numbers[0], Has(shape, 0)),
            Level = level,
            Policy = policy,
            Grace = numbers[1],
            Rate = Has(shape, 1) ? new Rate(numbers[2], per, numbers[3]) : null,
            ResumesNextPeriod = Has(shape, 2),
            UnitPrice = numbers[4],
            BasePrice = numbers[5],
        };

    private static Gen<LicenseState> States =>
        from grants in Gen.ListOf(Grants)
        from ended in Gen.ListOf(Grants)
        from tiers in Gen.ListOf(Tiers)
        from entry in LedgerEntryReaderProperties.Entries
        from version in Gen.Choose(0, 2)
        from shape in Gen.Choose(0, 1)
        let start = DateTimeOffset.UnixEpoch
        select new LicenseState
        {
            LicenseId = "lic_1",
            TenantId = "tenant_1",
            Plans = [.. Enumerable.Range(0, version).Select(number => new PlanReference($"plan_{number}", number, "base"))],
            Meters =
            [
                new MeterState
                {
                    Feature = new Feature { Code = "api_calls" },
                    Terms = new Terms { Tiers = [.. tiers] },
                    Schedule = new PeriodSchedule(Interval.None, start, null),
                    Period = new Period(start, null),
                    Grants = [.. grants],
                    EndedGrants = [.. ended],
                    Priced = Has(shape, 0)
                        ? new PricedUse { Charges = entry.Charges, CreditDrawn = entry.Cost, CreditLeft = entry.BalanceAfter }
                        : null,
                },
            ],
        };

    [Fact]
    public void A_state_of_any_plans_tiers_prices_and_grants_is_written_as_by_the_serializer() => Samples.Check(
        "states", Cases, States, state => Same(state, StoredStateJson.Write, MeteringJson.Default.LicenseState));

    [Fact]
    public void An_entry_of_any_fields_is_written_as_by_the_serializer() => Samples.Check(
        "entries",
        Cases,
        from entry in LedgerEntryReaderProperties.Entries
        from metadata in Gen.Elements(true, false)
        select entry with { Metadata = metadata ? Metadata : null },
        entry => Same(entry, StoredJson.Write, MeteringJson.Default.LedgerEntry));

    [Fact]
    public void An_answer_of_any_fields_is_written_as_by_the_serializer() => Samples.Check(
        "answers", Cases, Answers, answer => Same(answer, StoredJson.Write, MeteringJson.Default.Answer));

    [Fact]
    [Rule(8)]
    public void An_answer_written_beside_any_entry_is_read_as_it_was() => Samples.Check(
        "answers and entries",
        Cases,
        from answer in Answers
        from other in LedgerEntryReaderProperties.Entries
        from different in Gen.Choose(0, 6)
        let numbered = answer with { Sequence = answer.Sequence + 1 }
        select (Answer: numbered, Entry: other with
        {
            // All fields match the answer but one, or all of them.
            Sequence = different == 1 ? other.Sequence : numbered.Sequence,
            Amount = different == 2 ? other.Amount : numbered.Amount,
            After = different == 3 ? other.After : numbered.Used,
            Cost = different == 4 ? other.Cost : numbered.Cost,
            Period = different == 5 ? other.Period : numbered.Period,
        }),
        sample => ReadAgain(sample.Answer, sample.Entry));

    [Fact]
    [Rule(8)]
    public void An_answer_beside_the_entry_that_counted_it_leaves_out_what_the_entry_says()
    {
        var period = new Period(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(30));
        var answer = new UsageAnswer
        {
            Allowed = true, FeatureCode = "api_calls", Amount = 2, Used = 7, Limit = 10, Allowance = 10, Remaining = 3, Period = period, Sequence = 5,
        };
        var entry = new LedgerEntry { Sequence = 5, Amount = 2, Before = 5, After = 7, Period = period };

        Assert.Equal("""{"$a":"usage","feature_code":"api_calls","limit":10,"allowance":10,"remaining":3}""", BesideEntry(answer, entry));
        Assert.Equal(TextOf(answer), BesideEntry(answer, entry with { After = 8 }));

        // Read back, it would be taken for a shortened one.
        Assert.Throws<ArgumentException>(() => BesideEntry(answer with { Sequence = 0 }, entry));
    }

    [Fact]
    public void A_use_of_any_fields_is_written_as_by_the_serializer() => Samples.Check(
        "uses", Cases, Uses, use => Same(use, StoredJson.Write, MeteringJson.Default.Command));

    [Fact]
    [Rule(9)]
    public void All_that_a_history_stores_is_written_as_by_the_serializer() => Samples.Check(
        "histories",
        Histories,
        History.Any,
        history => Playing.Run(history, (_, command, _, outcome) =>
        {
            Same(command, StoredJson.Write, MeteringJson.Default.Command);
            Same(outcome.Answer, StoredJson.Write, MeteringJson.Default.Answer);
            Same(outcome.State, StoredStateJson.Write, MeteringJson.Default.LicenseState);
            foreach (var entry in outcome.Entries)
            {
                Same(entry, StoredJson.Write, MeteringJson.Default.LedgerEntry);
                ReadAgain(outcome.Answer, entry);
            }
        }),
        history => history.Shorter());

    private static void ReadAgain(Answer answer, LedgerEntry entry)
    {
        var stored = Encoding.UTF8.GetBytes(BesideEntry(answer, entry));
        var read = StoredJson.ReadAnswer(stored, JsonSerializer.SerializeToUtf8Bytes(entry, MeteringJson.Default.LedgerEntry));
        Assert.Equal(TextOf(answer), TextOf(read));
    }

    private static string BesideEntry(Answer answer, LedgerEntry entry)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            StoredJson.Write(writer, answer, entry);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string TextOf(Answer answer) => JsonSerializer.Serialize(answer, MeteringJson.Default.Answer);

    private static bool Has(int shape, int bit) => (shape & (1 << bit)) != 0;

    private static void Same<T>(T value, Action<Utf8JsonWriter, T> write, JsonTypeInfo<T> type)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer, value);
        }

        Assert.Equal(JsonSerializer.Serialize(value, type), Encoding.UTF8.GetString(stream.ToArray()));
    }
}
