using System.Runtime.CompilerServices;
using Metering.Dashboard.Tests.Support;

namespace Metering.Dashboard.Tests;

/// <summary>
/// The pictures of the README, made of the demo's data:
/// <c>METERING_WRITE_IMAGES=1 dotnet test tests/Metering.Dashboard.Tests --filter PictureTests</c>.
/// </summary>
[Collection(DashboardCollection.Name)]
public sealed class PictureTests(DashboardFixture dashboard)
{
    private const int MaxBytes = 200_000;

    private static readonly (string Name, string Place)[] Pictures =
        [("dashboard-overview.png", ""), ("dashboard-license.png", "licenses/lic_demo_initech?feature=api_calls")];

    [Fact]
    public async Task The_pictures_of_the_readme_are_there_and_small()
    {
        if (Environment.GetEnvironmentVariable("METERING_WRITE_IMAGES") == "1")
        {
            await WriteAsync();
        }

        Assert.All(Pictures, picture => Assert.InRange(new FileInfo(PathOf(picture.Name)).Length, 1, MaxBytes));
    }

    private async Task WriteAsync()
    {
        await using var demo = await Meter.StartAsync("--demo");
        foreach (var (name, place) in Pictures)
        {
            await using var tab = await Tab.OpenAsync(dashboard.Browser, demo.Address, place, new());
            await tab.SettledAsync();
            await tab.Page.ScreenshotAsync(new() { Path = PathOf(name) });
        }
    }

    private static string PathOf(string name, [CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "docs", "images", name);
}
