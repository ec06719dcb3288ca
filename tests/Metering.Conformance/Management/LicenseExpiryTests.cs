using Metering.Conformance.Client;

namespace Metering.Conformance.Management;

public sealed class LicenseExpiryTests : ClockTest
{
    [ClockFact]
    public async Task A_license_is_valid_until_its_expiry_and_not_from_then_on()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 }, with: new { expires_at = Meter.Text(noon.AddDays(1)) });

        await MoveTo(noon.AddDays(1).AddMinutes(-1));
        await license.Validate().Has("valid", true);
        await license.Consume().Is(200);

        await MoveTo(noon.AddDays(1));
        await license.Validate().Is(200).Has("valid", false).Has("code", "license_expired");
        await license.Consume().Refuses(403, "license_expired").Has("allowed", false).Has("reason", "license_expired").Has("used", 1);
        await license.Check().Is(200).Has("allowed", false).Has("reason", "license_expired");
        await license.Read().Has("status", "expired");
    }

    [ClockFact]
    public async Task A_later_expiry_makes_a_license_valid_again()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10 }, with: new { expires_at = Meter.Text(noon.AddDays(1)) });
        await license.Consume(4).Is(200);
        await MoveTo(noon.AddDays(2));
        await license.Consume().Refuses(403, "license_expired");

        await license.Manage(HttpMethod.Patch, "", new { expires_at = Meter.Text(noon.AddDays(5)) }).Is(200);
        await license.Consume().Is(200).Has("used", 5);

        await license.Manage(HttpMethod.Patch, "", """{"expires_at":null}""").Is(200);
        await MoveTo(noon.AddDays(50));
        await license.Consume().Is(200).Has("used", 6);
    }
}
