using FsCheck;
using FsCheck.Fluent;
using Metering.Reports.Tests.Support;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Usage;

/// <summary>A usage report is the same as a plain fold over the ledger, to the last digit.</summary>
[Rule(9)]
[Rule(10)]
public sealed class UsageProperties
{
    private const int Histories = 100;

    // A mean is rounded; and a level of fifteen digits over years has more than a decimal holds.
    private const decimal Rounding = 0.000001m;

    private static readonly Granularity[] Granularities = [Granularity.Day, Granularity.Hour, Granularity.Period];

    [Fact]
    public void Of_one_license() => Samples.Check(
        "usage", Histories, Cases(History.Of(50)), one => Compare(BooksOf([one.History]), one), one => one.Shorter());

    [Fact]
    public void Of_several_licenses_together() => Samples.Check(
        "usage of several", Histories / 3, Cases(History.Of(25)),
        one => Compare(BooksOf([one.History, one.History with { Seed = one.History.Seed + 1 }, .. one.History.Shorter().Take(1)]), one));

    [Fact]
    public void Of_a_license_whose_users_do_not_fit_in_a_rollup() => Samples.Check(
        "many users", 5, Cases(Gen.Constant(new History(0, []))), one =>
        {
            var books = new Books();
            var start = Given.At("2026-03-01T08:00:00Z");
            books.Apply("lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [Given.Of(Terms.Unlimited)] }, start);
            var random = new Random(one.Which);
            var now = start;
            for (var i = 0; i < 700; i++)
            {
                now = now.AddMinutes(random.Next(4));
                books.Apply(
                    "lic_1",
                    new RecordUse
                    {
                        FeatureCode = Given.Calls, Given = random.Next(1, 9), UserId = "user_" + random.Next(250),
                        OccurredAt = now.AddHours(-random.Next(20)),
                    },
                    now);
            }

            Assert.Contains(books.State("lic_1").Meters[0].Days, day => day.ByUser!.ContainsKey(DayRollup.OtherUsers));
            Compare(books, one with { Metric = Given.Calls, BeginsAgo = random.Next(60), Lasts = 400 });
        });

    [Fact]
    public void Of_use_that_comes_late_and_in_any_order() => Samples.Check(
        "late", Histories, Cases(Gen.Constant(new History(0, []))), one =>
            Compare(Busy(one.Metric, one.Which), one with { BeginsAgo = one.BeginsAgo % 150, Lasts = one.Lasts % 200 }));

    // Some days of one feature, in which half of what is told happened up to two days before, in periods that end every day.
    private static Books Busy(string metric, int seed)
    {
        var (books, random) = (new Books(), new Random(seed));
        var feature = Scenario.Metered.Single(known => known.Code == metric);
        var terms = Terms.Unlimited with { Limit = 20, Reset = new Reset { Interval = Interval.Day }, OverLimit = Policy.AllowWithOverage };
        var now = Given.At("2026-03-01T08:00:00Z");
        books.Apply(
            "lic_1", new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Features = [new FeatureTerms(feature, terms)] }, now);
        for (var i = 0; i < 60; i++)
        {
            now = now.AddMinutes(random.Next(240));
            books.Apply("lic_1", AnyUse(), now);
        }

        return books;

        Command AnyUse() => random.Next(20) switch
        {
            0 => new DecrementUsage { FeatureCode = metric, Amount = random.Next(1, 4) },
            1 => new ResetUsage { FeatureCode = metric },
            2 => new SetMachine { Fingerprint = "machine_" + random.Next(3), Cores = random.Next(1, 9) },
            _ => new RecordUse
            {
                FeatureCode = metric,
                Given = random.Next(1, 9) * (feature.Metric == MetricType.UpDown && random.Next(3) == 0 ? -1 : 1),
                Key = feature.Metric == MetricType.Gauge && random.Next(3) > 0 ? "key_" + random.Next(4) : null,
                UserId = random.Next(3) == 0 ? "user_" + random.Next(3) : null,
                OccurredAt = random.Next(2) == 0 ? null : now.AddMinutes(-random.Next(2_880)),
            },
        };
    }

    private static Gen<Case> Cases(Gen<History> histories) =>
        from history in histories
        from which in Gen.Choose(0, 10_000)
        from begins in Gen.Choose(0, 700)
        from lasts in Gen.Choose(0, 700)
        select new Case(history, which, Scenario.Metered[which % Scenario.Metered.Length].Code, begins, lasts);

    private static Books BooksOf(IEnumerable<History> histories)
    {
        var books = new Books();
        foreach (var history in histories)
        {
            var evidence = Evidence.Of(history);
            var id = "lic_" + (books.States.Count + 1);
            books.Put(evidence.State with { LicenseId = id }, evidence.Entries, evidence.Rollups);
        }

        return books;
    }

    private static void Compare(Books books, Case one)
    {
        var now = books.States.Max(state => state.LastSeen).AddMinutes(one.Which % 500);
        var granularity = Granularities[one.Which % Granularities.Length];
        var from = now.AddHours(-one.BeginsAgo);
        var lasts = granularity == Granularity.Day ? one.Lasts : one.Lasts % 100;
        var query = new UsageQuery("tenant_1", one.Metric)
        {
            From = from, To = from.AddHours(lasts).AddMinutes(one.Which % 90), Granularity = granularity, ByUser = one.Which % 2 == 0,
            NeedsUsers = true, TopUsers = 5,
        };
        if (!books.States.Any(state => state.FindMeter(one.Metric) is not null))
        {
            Assert.Equal(ReportRefusal.Unknown, Assert.Throws<ReportRefusedException>(() => Report(books, query, now)).Refusal);
            return;
        }

        var report = Report(books, query, now);
        var plain = books.States.Where(state => state.FindMeter(one.Metric) is not null)
            .ToDictionary(state => state.LicenseId, state => new PlainUsage(books.Of(state.LicenseId), one.Metric, now));
        var isLevel = Scenario.Metered.FirstOrDefault(feature => feature.Code == one.Metric)?.IsLevel ?? false;
        foreach (var license in report.Licenses)
        {
            Same(license, plain[license.LicenseId], isLevel);
        }

        var days = new ReportSpan(query.From.Value, query.To.Value).WholeDays();
        Assert.All(
            plain.Keys.Except(report.Licenses.Select(license => license.LicenseId)),
            left => Assert.Empty(plain[left].In(days.From, days.To)));
        var entries = report.Licenses.SelectMany(license => plain[license.LicenseId].In(license.From, license.To)).ToList();
        Assert.Equal(entries.Count, report.Count);
        Assert.Equal(isLevel ? report.Licenses.Sum(license => license.Last) ?? 0 : entries.Sum(entry => entry.Amount), report.Total);
        SameUsers(entries, report.TopUsers!.Value, query.TopUsers);
        Assert.Equal(report.Count, report.Buckets.Sum(bucket => bucket.Count));
        foreach (var bucket in report.Buckets)
        {
            // By periods, a bucket is of the licenses that have this period.
            var its = report.Licenses.Select(license => license.LicenseId)
                .Where(id => granularity != Granularity.Period
                    || HasPeriod(books.State(id).FindMeter(one.Metric)!, query, bucket)).Select(id => plain[id]).ToList();
            Same(bucket, its, isLevel, query.ByUser);
        }
    }

    private static bool HasPeriod(MeterState meter, UsageQuery query, UsageBucket bucket) => Buckets
        .Of(Granularity.Period, new(query.From!.Value, query.To!.Value), meter.Schedule).Contains(new(bucket.Start, bucket.End));

    private static UsageSummary Report(Books books, UsageQuery query, DateTimeOffset now) =>
        new UsageReports(books.Sources).SummaryAsync(query, now, default).AsTask().GetAwaiter().GetResult();

    private static void Same(LicenseUsed license, PlainUsage plain, bool isLevel)
    {
        var entries = plain.In(license.From, license.To).ToList();
        Assert.Equal(entries.Count, license.Count);
        Assert.Equal(entries.Sum(entry => entry.Overage), license.Overage);
        Assert.Equal(license.Cost is null ? null : entries.Sum(entry => entry.Cost), license.Cost);
        Assert.Equal(isLevel ? plain.LevelAt(license.To) : entries.Sum(entry => entry.Amount), license.Total);
        Assert.Equal(isLevel ? plain.LevelAt(license.To) : null, license.Last);
        Close(isLevel ? plain.Mean(license.From, license.To) : null, license.Mean);
        Assert.Equal(isLevel ? plain.Max(license.From, license.To) : null, license.Max);
    }

    private static void Same(UsageBucket bucket, List<PlainUsage> licenses, bool isLevel, bool byUser)
    {
        var entries = licenses.SelectMany(plain => plain.In(bucket.Start, bucket.End)).ToList();
        Assert.Equal(entries.Count, bucket.Count);
        Assert.Equal(entries.Sum(entry => entry.Overage), bucket.Overage);
        var begun = licenses.Any(plain => bucket.Start < plain.Now);
        var last = isLevel && begun ? licenses.Sum(plain => plain.LevelAt(bucket.End)) : (decimal?)null;
        Assert.Equal(last, bucket.Last);
        Assert.Equal(isLevel ? last ?? 0 : entries.Sum(entry => entry.Amount), bucket.Total);
        Close(isLevel && begun ? licenses.Sum(plain => plain.Mean(bucket.Start, bucket.End)) : null, bucket.Mean);
        Assert.Equal(isLevel && licenses.Count == 1 ? licenses[0].Max(bucket.Start, bucket.End) : null, bucket.Max);
        if (byUser)
        {
            SameUsers(entries, bucket.Users!.Value, 100);
            Assert.Equal(entries.Sum(entry => entry.Amount), bucket.Users.Value.Sum(user => user.Total) + bucket.Unlisted!.Total);
            Assert.Equal(entries.Count, bucket.Users.Value.Sum(user => user.Count) + bucket.Unlisted.Count);
        }
    }

    private static void SameUsers(List<LedgerEntry> entries, IReadOnlyList<UserUsage> users, int limit)
    {
        var sum = entries.Sum(entry => entry.Amount);
        var expected = entries.Where(entry => entry.UserId is not null).GroupBy(entry => entry.UserId!)
            .Select(user => (Id: user.Key, Total: user.Sum(entry => entry.Amount), Count: (long)user.Count()))
            .OrderByDescending(user => user.Total).ThenBy(user => user.Id, StringComparer.Ordinal).Take(limit)
            .Select(user => new UserUsage(
                user.Id, user.Total, user.Count, sum > 0 ? Math.Round(user.Total / sum, 9, MidpointRounding.ToEven) : null));
        Assert.Equal(expected, users);
    }

    private static void Close(decimal? expected, decimal? actual)
    {
        Assert.Equal(expected is null, actual is null);
        Assert.InRange(Math.Abs((expected - actual) ?? 0), 0, Rounding);
    }

    private sealed record Case(History History, int Which, string Metric, int BeginsAgo, int Lasts)
    {
        public IEnumerable<Case> Shorter() => History.Shorter().Select(shorter => this with { History = shorter });
    }
}
