using System.Text.Json;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Reads change nothing and say what a write would find.</summary>
[Rule(3)]
public sealed class ReadProperties
{
    private const int Histories = 120;

    [Fact]
    public void A_check_says_what_the_consume_then_says() => Check("check", (before, command, now, outcome) =>
    {
        if (before is null || command is not Consume { AllowPartial: false } consume)
        {
            return;
        }

        var said = LicenseMeter.Check(before, consume.FeatureCode, consume.Given, consume.Key, now, MeterRules.Default);
        switch (said)
        {
            case Refusal refusal:
                Assert.Equal(refusal.Code, Assert.IsType<Refusal>(outcome.Answer).Code);
                break;
            case UsageAnswer usage:
                Assert.Equal(usage.Allowed, outcome.Answer is UsageAnswer { Allowed: true });
                Assert.Equal(usage.Reason, (outcome.Answer as Refusal)?.Code);
                Assert.Equal(before.Sequence, usage.Sequence);
                Assert.Equal(outcome.Answer is UsageAnswer { Kind: FeatureKind.Metered } counted ? counted.Cost : 0, usage.Cost);
                break;
            default:
                Assert.Fail("a check answers with usage or a refusal");
                break;
        }
    });

    [Fact]
    public void A_read_shows_what_a_write_finds() => Check("reads", (_, _, now, outcome) =>
    {
        var later = now.AddHours(outcome.State.Sequence % 100);
        var seen = LicenseMeter.Usage(outcome.State, later, MeterRules.Default);
        foreach (var usage in seen.Where(usage => usage.Kind == FeatureKind.Metered))
        {
            // A correction by nothing is refused; what time has brought is kept.
            var touched = LicenseMeter.Apply(outcome.State, new DecrementUsage { FeatureCode = usage.FeatureCode }, later).State;
            var written = LicenseMeter.Usage(touched, later, MeterRules.Default).Single(other => other.FeatureCode == usage.FeatureCode);
            Assert.Equal(usage with { Signals = [], Sequence = 0 }, written with { Signals = [], Sequence = 0 });
            Assert.Equal(touched.FindMeter(usage.FeatureCode)!.Used, usage.Used);
            Assert.Equal(touched.FindMeter(usage.FeatureCode)!.Level, usage.Level);
        }
    });

    [Fact]
    public void An_answer_shows_the_state_that_it_left() => Check("answers", (_, command, now, outcome) =>
    {
        if (command is Consume && outcome.Answer is UsageAnswer answer)
        {
            var seen = LicenseMeter.Usage(outcome.State, now, MeterRules.Default).Single(usage => usage.FeatureCode == answer.FeatureCode);
            Assert.Equal(
                (answer.Used, answer.Allowance, answer.Remaining, answer.Overage, answer.Held, answer.Level, answer.Period, answer.Balance),
                (seen.Used, seen.Allowance, seen.Remaining, seen.Overage, seen.Held, seen.Level, seen.Period, seen.Balance));
        }
    });

    [Fact]
    public void Reads_change_nothing() => Check("unchanged", (_, _, now, outcome) =>
    {
        var before = JsonSerializer.Serialize(outcome.State, MeteringJson.Default.LicenseState);
        var later = now.AddDays(40);
        LicenseMeter.Usage(outcome.State, later, MeterRules.Default);
        LicenseMeter.Balances(outcome.State, later, MeterRules.Default);
        var grants = LicenseMeter.Grants(outcome.State, later, MeterRules.Default);
        LicenseMeter.Check(outcome.State, "calls", 5, null, later, MeterRules.Default);
        Assert.Equal(before, JsonSerializer.Serialize(outcome.State, MeteringJson.Default.LicenseState));
        Assert.Equal(grants.AsEnumerable(), LicenseMeter.Grants(outcome.State, later, MeterRules.Default));
        Assert.All(grants, grant => Assert.Equal(
            grant.Granted,
            grant.Used + grant.Lapsed + (grant.Status == GrantStatus.Scheduled ? grant.Amount : grant.Remaining)));
    });

    private static void Check(string name, Action<LicenseState?, Command, DateTimeOffset, Outcome> each) =>
        Samples.Check(name, Histories, History.Any, history => Playing.Run(history, each), history => history.Shorter());
}
