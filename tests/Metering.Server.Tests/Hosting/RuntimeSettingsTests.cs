using System.Text.Json;

namespace Metering.Server.Tests.Hosting;

/// <summary>What the built program tells the runtime.</summary>
public sealed class RuntimeSettingsTests
{
    // The web SDK turns the server's collector on unless the project says otherwise, and a misspelt property says nothing.
    [Fact]
    public void It_collects_garbage_as_a_workstation_does()
    {
        var file = Path.ChangeExtension(typeof(MeteringServer).Assembly.Location, ".runtimeconfig.json");
        using var config = JsonDocument.Parse(File.ReadAllBytes(file));
        var properties = config.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.False(properties.GetProperty("System.GC.Server").GetBoolean());
    }
}
