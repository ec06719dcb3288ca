using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Properties;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Reference;

/// <summary>
/// A standing level's overage is what of it lies beyond the allowance now, by the plainest count there is: the level less the limit and all
/// grants that are open. The meter, its days together and its entries together all come to that.
/// </summary>
[Rule(5)]
[Rule(9)]
public sealed class StandingReferenceProperties
{
    private const int Histories = 150;

    [Fact]
    public void A_levels_overage_is_what_lies_beyond_the_allowance_now() => Samples.Check(
        "standing", Histories, History.Of(40), Compare, history => history.Shorter());

    private static void Compare(History history)
    {
        var random = new Random(history.Seed);
        var isGauge = random.Next(2) == 0;
        var feature = Feature(Calls, isGauge ? MetricType.Gauge : MetricType.UpDown);
        var interval = random.Next(2) == 0 ? Interval.None : Interval.Month;
        var (level, limit) = (0m, random.Next(1, 40));
        var grants = new Dictionary<string, (decimal Amount, DateTimeOffset From, DateTimeOffset Until)>();
        var world = new World(new FeatureTerms(feature, Terms()));
        foreach (var step in history.Steps)
        {
            world.Wait(TimeSpan.FromHours(step.Wait % 3 == 0 ? step.Wait % 900 : 0));
            Play(step);

            // Looked at by a write, so that what time has brought is told too.
            world.Do(new ResumeUsage { FeatureCode = Calls });
            var open = grants.Values.Where(grant => grant.From <= world.Now && grant.Until > world.Now);
            Same(Math.Max(0, level - limit - open.Sum(grant => grant.Amount)));
        }

        return;

        Terms Terms() => Limit(limit, interval, Policy.AllowWithOverage);

        void Play(Step step)
        {
            switch (step.Verb)
            {
                case < 15:
                    limit = 1 + (step.Size % 40);
                    world.Do<AssignmentAnswer>(new AssignFeature { Feature = new FeatureTerms(feature, Terms()) });
                    break;
                case < 25:
                    limit = 1 + (step.Size % 40);
                    var plan = Plan("plan_" + limit, "base", new FeatureTerms(feature, Terms()));
                    world.Do<LicenseAnswer>(new SetPlans { Plans = [plan] });

                    // Its terms take over here, if the feature was assigned; else they have done so with the plan.
                    world.Do(new UnassignFeature { FeatureCode = Calls, Plans = [plan] });
                    break;
                case < 45:
                    var from = step.Detail % 3 == 0 ? world.Now.AddHours(step.Which) : world.Now;
                    var until = step.Detail % 4 == 0 ? DateTimeOffset.MaxValue : from.AddHours(1 + step.Detail);
                    var grant = world.Do<GrantAnswer>(new AddGrant
                    {
                        FeatureCode = Calls, Amount = 1 + (step.Size % 15), Priority = step.Detail % 3,
                        EffectiveAt = from, ExpiresAt = until == DateTimeOffset.MaxValue ? null : until,
                    });
                    grants.Add(grant.Id, (grant.Amount, from, until));
                    break;
                case < 50 when grants.Count > 0:
                    var voided = grants.Keys.ElementAt(step.Which % grants.Count);
                    world.Do(new VoidGrant { GrantId = voided });
                    grants.Remove(voided);
                    break;
                case < 55:
                    level = 0;
                    world.Do<UsageAnswer>(new ResetUsage { FeatureCode = Calls });
                    break;
                default:
                    // Never by nothing: an up_down takes no such change.
                    var reading = step.Size % 60 == level ? level + 1 : step.Size % 60;
                    world.Record(isGauge ? reading : reading - level);
                    level = reading;
                    break;
            }
        }

        void Same(decimal overage)
        {
            Assert.Equal((level, overage), (world.Meter.Used, world.Meter.Overage));
            Assert.Equal(overage, world.ClosedDays.Select(day => day.Rollup).Concat(world.Meter.Days).Sum(day => day.Overage));
            Assert.Equal(overage, world.Entries.Where(entry => entry.Day is not null).Sum(entry => entry.Overage));
        }
    }
}
