using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

/// <summary>Features that are assigned to a license directly.</summary>
public sealed class AssignmentTests
{
    private const string Why = "is not offered any more";

    [Fact]
    public void A_feature_that_is_not_offered_is_given_to_nobody_new_and_its_terms_may_be_changed_where_it_is_had()
    {
        var world = new World(Limit(10));

        var refusal = world.Do<Refusal>(new AssignFeature { Feature = Of(Limit(5), "more"), NotOffered = Why });
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Limit(20)), NotOffered = Why });

        Assert.Equal((RefusalCode.InvalidRequest, "/feature_code", Why), (refusal.Code, refusal.Pointer, refusal.Detail));
        Assert.Null(world.State.FindMeter("more"));
        Assert.Equal(20, world.Meter.Terms.Limit);
    }

    [Fact]
    public void A_feature_that_is_not_offered_is_not_given_back()
    {
        var world = new World(Limit(10));
        world.Do(new UnassignFeature { FeatureCode = Calls });

        Assert.Equal(Why, world.Do<Refusal>(new AssignFeature { Feature = Of(Limit(10)), NotOffered = Why }).Detail);
    }
}
