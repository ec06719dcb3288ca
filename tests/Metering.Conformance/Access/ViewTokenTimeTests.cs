using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

public sealed class ViewTokenTimeTests : ClockTest
{
    [ClockFact]
    public async Task A_view_token_whose_time_is_over_is_refused_and_told_so()
    {
        var license = await Meter.License(new { limit = 10 });
        var made = await license.Manage("/view-tokens", new { ttl_seconds = 600 }).Is(201);
        var viewer = Meter.As("Bearer", made.String("token"));
        await viewer.Get(ViewTokenTests.UsageOf(license)).Is(200);

        await Advance("PT11M");

        Assert.True(made.Time("expires_at") < await Meter.Now());
        Assert.Equal("view_token_expired", (await viewer.Get(ViewTokenTests.UsageOf(license)).Is(401)).String("code"));
    }
}
