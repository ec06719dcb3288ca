using Metering.Server.Engine;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Engine;

/// <summary>
/// A replay decides everything again and is refused when it comes to anything else. So what is not in the journal (refusals, and what
/// they do to a state) must not decide what is.
/// </summary>
public sealed class ReplayTests
{
    private static readonly Func<ServerOptions, ServerOptions> WritesOutLate = options =>
        options with { WriteOutAfterMilliseconds = 300_000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_was_refused_in_between_the_journal_comes_to_the_same_outcomes(int seed)
    {
        var random = new Random(seed);
        await using var fixture = await EngineFixture.StartAsync(WritesOutLate);
        await fixture.ApplyAsync("lic_a", Open());
        var holds = new List<string>();
        for (var i = 0; i < 300; i++)
        {
            if (random.Next(4) == 0)
            {
                fixture.Clock.UtcNow += TimeSpan.FromMinutes(random.Next(1, 400));
            }

            var result = await fixture.ApplyAsync("lic_a", Next(random, holds, fixture.Clock.UtcNow), Once.ByKey($"key-{i}", "body"));
            if (result.Answer is HoldAnswer { Id: var id })
            {
                holds.Add(id);
            }
        }

        var state = await fixture.Engine.ReadAsync("lic_a", CancellationToken.None);
        await using var recovered = await EngineFixture.StartAsync(WritesOutLate, fixture.Folder.Copy());
        var replayed = await recovered.Engine.ReadAsync("lic_a", CancellationToken.None);

        Assert.Equal(state!.Sequence, replayed!.Sequence);
        Assert.Equal(state.Meters.Select(meter => (meter.Used, meter.Held)), replayed.Meters.Select(meter => (meter.Used, meter.Held)));
        await recovered.VerifyAsync();
    }

    private static OpenLicense Open() => new()
    {
        LicenseId = "lic_a",
        TenantId = "tenant_acme",
        Features =
        [
            new FeatureTerms(
                EngineFixture.Calls, new Terms { Limit = 60, Reset = new Reset { Interval = Interval.Day }, RolloverMax = 10 }),
            new FeatureTerms(
                EngineFixture.Calls with { Code = "rated" },
                new Terms
                {
                    Limit = 20,
                    Reset = new Reset { Interval = Interval.Hour },
                    Tiers =
                    [
                        new Tier { From = new Threshold(0, true), Level = Level.Normal, Policy = Policy.NotifyOnly },
                        new Tier
                        {
                            From = new Threshold(50, true),
                            Level = Level.Warning,
                            Policy = Policy.RateLimit,
                            Rate = new Rate(1, RateInterval.Minute, 2),
                        },
                        new Tier { From = new Threshold(100, true), Level = Level.OverUsage, Policy = Policy.SuspendUsage },
                    ],
                }),
        ],
    };

    private static Command Next(Random random, List<string> holds, DateTimeOffset now)
    {
        var feature = random.Next(3) == 0 ? "rated" : EngineFixture.Calls.Code;
        return random.Next(10) switch
        {
            0 => new AddGrant
            {
                FeatureCode = feature,
                Amount = random.Next(1, 9),
                EffectiveAt = random.Next(2) == 0 ? null : now.AddHours(random.Next(-5, 5)),
                ExpiresAt = now.AddHours(random.Next(6, 30)),
            },
            1 =>
                new OpenHold
                {
                    Kind = HoldKind.Reservation,
                    FeatureCode = feature,
                    Amount = random.Next(1, 5),
                    TtlSeconds = random.Next(60, 18_000),
                },
            2 when holds.Count > 0 => new CommitHold { HoldId = holds[random.Next(holds.Count)] },
            3 => new RecordUse { FeatureCode = feature, Given = random.Next(1, 6), OccurredAt = now.AddHours(-random.Next(0, 30)) },
            4 => new DecrementUsage { FeatureCode = feature, Amount = random.Next(1, 4) },
            5 => new ResumeUsage { FeatureCode = feature },
            _ => new Consume { FeatureCode = feature, Given = random.Next(1, 12) },
        };
    }
}
