using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Corrections of any license.</summary>
[Rule(5)]
public sealed class CorrectionProperties
{
    private const int Histories = 100;
    private static readonly string[] Counters = ["calls", "tokens"];

    [Fact]
    public void What_was_used_just_now_comes_back_whole() => Samples.Check(
        "just now",
        Histories,
        History.Any,
        history => Playing.Run(history, (_, _, now, outcome) =>
        {
            foreach (var code in Counters)
            {
                Undo(outcome.State, code, 1 + (history.Seed % 30), now);
            }
        }),
        history => history.Shorter());

    private static void Undo(LicenseState state, string code, decimal amount, DateTimeOffset now)
    {
        // Something covers it, whatever was used before.
        var grant = new AddGrant { FeatureCode = code, Amount = amount, Priority = 1 };
        var before = LicenseMeter.Apply(state, grant, now).State;
        var used = LicenseMeter.Apply(before, new RecordUse { FeatureCode = code, Given = amount }, now);
        if (used.Answer is Refusal || before.FindMeter(code) is not { Overage: 0 } known)
        {
            return;
        }

        var after = LicenseMeter.Apply(used.State, new DecrementUsage { FeatureCode = code, Amount = amount }, now).State.FindMeter(code)!;
        Assert.Equal(known.Used, after.Used);
        Assert.Equal(Left(known), Left(after));
        Assert.Equal(known.EndedGrants.AsEnumerable(), after.EndedGrants.AsEnumerable());
        Assert.Equal(known.ForgottenUsed, after.ForgottenUsed);
    }

    // What limit, rollover and grants still cover; without a limit all of them together are endless.
    private static decimal Left(MeterState meter) =>
        meter.Rollover - meter.RolloverUsed + meter.Grants.Sum(grant => grant.Left)
        + (meter.Terms.Limit is { } limit ? Math.Max(0, limit - meter.LimitUsed) : -meter.LimitUsed);
}
