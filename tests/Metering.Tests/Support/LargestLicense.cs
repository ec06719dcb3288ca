using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Metering.Tests.Support;

/// <summary>
/// A license that holds all that its bounds allow: every number with all of its digits, every time with its milliseconds, texts that
/// repeat nowhere. What fills the rest of its room is the caller's choice, for one kind may compress worse than another.
/// </summary>
internal sealed class LargestLicense
{
    private const int TiersEach = MeterLimits.LicenseTiers / MeterLimits.Meters;
    private const string CodeCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";

    private readonly Random random;
    private readonly ImmutableArray<Feature> features;

    // Counters on which a lease may still be opened: those whose price has no balance are taken out once they are met.
    private readonly List<Feature> leasable;

    private readonly ImmutableArray<string> balances;

    // A feature keeps its unit: in another one, what was charged would no longer be in the state. Some have a balance, others have none.
    private ImmutableArray<string> units;
    private int version;
    private int endedGrants;

    public LargestLicense(int seed)
    {
        random = new Random(seed);
        features = [.. Enumerable.Range(0, MeterLimits.Meters).Select(NewFeature)];
        leasable = [.. features.Skip(40)];
        balances = [.. Enumerable.Range(0, MeterLimits.Balances).Select(_ => Code())];
        ChangeUnits();
        var open = new OpenLicense
        {
            LicenseId = "lic_" + Code(), TenantId = Text(255, ' ', '~'), TimeZone = "America/Argentina/Buenos_Aires", Plans = [NewPlan()],
        };
        World = new World(Begin, open)
        {
            Rules = new MeterRules { LateWindow = TimeSpan.FromDays(35), MaxOpenHolds = MeterLimits.MaxOpenHolds },
        };
        foreach (var unit in balances)
        {
            World.Do<BalanceAnswer>(new OpenBalance { Unit = unit, Amount = Amount(), LowAt = Amount(), AllowOverage = true });
        }

        Live();
        Charge();
    }

    /// <summary>Lines of charges and grants of the periods that the license keeps.</summary>
    public int Lines => World.State.Meters.Sum(meter => (meter.Priced?.Charges?.Lines.Length ?? 0)
        + (meter.Past?.Periods.Sum(closed => (closed.Priced?.Charges?.Lines.Length ?? 0) + closed.Grants.Length) ?? 0));

    public static DateTimeOffset Begin { get; } = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(517);

    public World World { get; }

    /// <summary>What a stored form takes when it is compressed as a host would.</summary>
    public static int Compressed<T>(T value, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        using var bytes = new MemoryStream();
        using (var brotli = new BrotliStream(bytes, CompressionLevel.Fastest))
        {
            brotli.Write(json);
        }

        return bytes.ToArray().Length;
    }

    public void Fill(string with)
    {
        Func<bool> more = with switch
        {
            "short keys" => () => Consume(3, 'a', 'z'),
            "long keys" => () => Consume(255, ' ', '~'),
            "foreign keys" => () => Consume(255, '\u0100', '\ud7ff'),
            "escaped keys" => () => Read(string.Concat(Enumerable.Range(0, 255).Select(_ => "\"\\<>&'+`"[random.Next(8)]))),
            "foreign users" => () => Use(255, '\u0100', '\ud7ff'),
            "leases" => () => Lease(Text(12, ' ', '~')),
            "foreign leases" => () => Lease(Text(255, '\u0100', '\ud7ff')),
            "grants" => Grant,
            "ended grants" => EndGrant,
            _ => throw new ArgumentOutOfRangeException(nameof(with)),
        };
        while (more())
        {
            World.Wait(TimeSpan.FromMilliseconds(random.Next(2)));
        }
    }

    /// <summary>The plan of the license in another version: the same features, and all else is new.</summary>
    public PlanTerms NewPlan() =>
        new("plan_" + Code(), ++version, Code(), [.. features.Select(feature => new FeatureTerms(feature, NewTerms(feature)))]);

    /// <summary>Lets new plans have their prices in other units.</summary>
    public void ChangeUnits() =>
        units = [.. features.Select(_ => random.Next(2) == 0 ? Code() : balances[random.Next(balances.Length)])];

    // Several lives of each feature, days with use in each, closed periods, former terms.
    private void Live()
    {
        for (var i = 0; i < FeatureSpan.MaxCount; i++)
        {
            World.Wait(Moment()).Do<LicenseAnswer>(new SetPlans());
            World.Wait(Moment()).Do<LicenseAnswer>(new SetPlans { Plans = [NewPlan()] });
        }

        for (var round = 0; round < 8; round++)
        {
            World.Wait(TimeSpan.FromHours(12) + Moment());
            foreach (var feature in features)
            {
                World.Wait(TimeSpan.FromMilliseconds(random.Next(3)));
                World.Record(Amount(), feature.Code);
            }

            World.Wait(TimeSpan.FromHours(1)).Do<LicenseAnswer>(new SetPlans { Plans = [NewPlan()] });
        }
    }

    // Use under ever new prices within one period, until no other line is told apart.
    private void Charge()
    {
        for (var i = 0; i < 4; i++)
        {
            World.Wait(Moment()).Do<LicenseAnswer>(new SetPlans { Plans = [NewPlan()] });
            foreach (var feature in features)
            {
                World.Record(Amount(), feature.Code);
            }
        }
    }

    private Feature NewFeature(int number) => new()
    {
        Code = Code(),
        Name = number % 10 == 0 ? Text(200, ' ', '~') : null,
        Unit = Code(),
        // Gauges and totals for keys; counters for holds and closed periods.
        Metric = number switch { < 20 => MetricType.Gauge, < 40 => MetricType.Total, _ => MetricType.Counter },
    };

    private Terms NewTerms(Feature feature) => new()
    {
        Limit = Amount(),
        RolloverMax = Amount(),
        Reset = new Reset
        {
            Interval = Interval.Hour,
            Anchor = AnchorKind.At,
            AnchorAt = Begin.AddMilliseconds(random.NextInt64(1_000_000_000)),
        },
        PriceUnit = units[features.IndexOf(feature)],
        Tiers = [.. Enumerable.Range(0, TiersEach).Select(_ => new Tier
        {
            From = new Threshold(Amount(), false),
            Level = Level.OverUsage,
            Policy = Policy.AllowWithOverage,
            Grace = Amount(),
            Rate = new Rate(Amount(), RateInterval.Minute, Amount()),
            UnitPrice = Amount() / 1_000_000_000_000,
            BasePrice = Amount(),
        })],
    };

    private bool Consume(int length, char from, char to) => Read(Text(length, from, to));

    private bool Read(string key)
    {
        World.Do(new Consume { FeatureCode = features[random.Next(20)].Code, Given = Amount() / 100_000, Key = key });
        return World.Last.Answer is not Refusal { Code: RefusalCode.LimitReached };
    }

    private bool Use(int length, char from, char to)
    {
        var code = features[random.Next(features.Length)].Code;
        World.Do(new RecordUse { FeatureCode = code, Given = Amount(), UserId = Text(length, from, to) });
        return World.Last.Entries is not [.., { AmongOthers: true }];
    }

    private bool Lease(string fingerprint)
    {
        var which = random.Next(leasable.Count);
        World.Do(new OpenHold
        {
            FeatureCode = leasable[which].Code,
            Kind = HoldKind.Lease,
            Amount = Amount() / 1_000_000,
            TtlSeconds = random.Next(2_000_000, 3_000_000),
            Fingerprint = fingerprint,
        });
        if (World.Last.Answer is Refusal { Code: RefusalCode.InsufficientCredits })
        {
            leasable.RemoveAt(which);
        }

        return World.Last.Answer is not Refusal { Code: RefusalCode.LimitReached };
    }

    private bool Grant()
    {
        World.Do(new AddGrant
        {
            FeatureCode = features[World.State.Meters.Sum(meter => meter.Grants.Length) % features.Length].Code,
            Amount = Amount(),
            Priority = random.Next(),
            RolloverMax = Amount(),
            Recurrence = Interval.Day,
            EffectiveAt = World.Now.AddMilliseconds(random.Next(100_000)),
            ExpiresAt = World.Now.AddMilliseconds(random.NextInt64(10_000_000_000)),
        });
        return World.Last.Answer is not Refusal { Code: RefusalCode.LimitReached };
    }

    // One that ended is kept for a while, with what it covered. A used grant has more digits than a new one.
    private bool EndGrant()
    {
        var code = features[40 + (endedGrants++ % (features.Length - 40))].Code;
        var answer = World.Do(new AddGrant
        {
            FeatureCode = code,
            Amount = Amount(),
            Priority = random.Next(),
            RolloverMax = Amount(),
            ExpiresAt = World.Now.AddMilliseconds(random.NextInt64(10_000_000_000)),
        });
        if (answer is not GrantAnswer grant)
        {
            return false;
        }

        World.Do(new RecordUse { FeatureCode = code, Given = Amount() });
        World.Wait(TimeSpan.FromMilliseconds(1)).Do<GrantAnswer>(new VoidGrant { GrantId = grant.Id });
        return endedGrants < 20 * (features.Length - 40);
    }

    private string Code() => "f" + string.Concat(Enumerable.Range(0, 63).Select(_ => CodeCharacters[random.Next(CodeCharacters.Length)]));

    private string Text(int length, char from, char to)
    {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++)
        {
            text.Append((char)random.Next(from, to + 1));
        }

        return text.ToString();
    }

    // Twelve digits before and nine after the point: their sums stay within what a meter can count.
    private decimal Amount() => random.NextInt64(100_000_000_000, 1_000_000_000_000) + (random.NextInt64(1_000_000_000) / 1_000_000_000m);

    private TimeSpan Moment() => TimeSpan.FromMilliseconds(random.Next(1, 100_000));
}
