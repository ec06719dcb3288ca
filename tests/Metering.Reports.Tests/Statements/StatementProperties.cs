using FsCheck;
using FsCheck.Fluent;
using Metering.Reports.Tests.Support;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Reports.Tests.Statements;

/// <summary>What a statement says adds up to the last digit, and comes to what the license has.</summary>
[Rule(5)]
[Rule(9)]
public sealed class StatementProperties
{
    [Fact]
    public void All_that_was_given_was_used_has_expired_or_is_left() => Samples.Check(
        "statements", 60,
        from history in History.Of(50) from days in Gen.Choose(1, 390) from later in Gen.Choose(0, 60) select (history, days, later),
        sample =>
        {
            var evidence = Evidence.Of(sample.history);
            var books = new Books();
            books.Put(evidence.State, evidence.Entries, evidence.Rollups, evidence.Periods);
            var now = evidence.State.LastSeen.AddDays(sample.later);
            books.Now = now;
            var statement = new StatementReports(books.Sources)
                .StatementAsync("lic_1", now.AddDays(-sample.days), null, withEntries: true, now, default).AsTask()
                .GetAwaiter().GetResult();
            foreach (var period in statement.Periods)
            {
                var ofTerms = period.Used - period.UsedOfGrants - period.Overage;
                Assert.Equal(
                    period.Left, period.Opening + period.Granted + period.Adjusted - ofTerms - period.RolledOver - period.Expired);
                Assert.True(period.Adjusted is null or >= 0 && period.Expired is null or >= 0 && period.Left is null or >= 0);
            }

            // What rolled over is what the next period opened with, unless a reset at that very instant took it away again.
            foreach (var period in statement.Periods.Where(period => period.Granted is not null))
            {
                var next = statement.Periods.Where(other => other.FeatureCode == period.FeatureCode && other.Start == period.End).ToList();
                var isReset = evidence.Entries.Exists(entry => entry.Kind == EntryKind.UsageReset && entry.At == period.End);
                Assert.All(
                    next.Where(other => next.Count == 1 && other.Granted is not null && !isReset),
                    other => Assert.Equal(period.RolledOver, other.Opening));
            }

            foreach (var usage in LicenseMeter.Usage(evidence.State, now, MeterRules.Default).Where(usage => usage.Period is not null))
            {
                var open = statement.Periods.Single(
                    period => period.FeatureCode == usage.FeatureCode && period.Status == PeriodStatus.Open);
                var grants = LicenseMeter.Grants(evidence.State, now, MeterRules.Default)
                    .Where(grant => grant.FeatureCode == usage.FeatureCode).Sum(grant => grant.Remaining);
                Assert.Equal(usage.Allowance - usage.Used + usage.Overage, open.Left + grants);
            }

            foreach (var balance in statement.Balances)
            {
                Assert.Equal(
                    balance.Left, balance.Opening + balance.Granted - balance.Used + balance.Adjusted - balance.Withdrawn);
                Assert.Equal(evidence.State.FindBalance(balance.Unit)!.Amount, balance.Left);
            }

            Assert.Equal(evidence.State.Balances.Length, statement.Balances.Length);
            Assert.All(statement.Grants, grant => Assert.Equal(grant.Left, grant.Granted - grant.Used - grant.Expired));
        },
        sample => sample.history.Shorter().Select(shorter => sample with { history = shorter }));
}
