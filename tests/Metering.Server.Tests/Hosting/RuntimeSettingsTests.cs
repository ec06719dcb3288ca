using System.Text.Json;

namespace Metering.Server.Tests.Hosting;

/// <summary>What the built program tells the runtime.</summary>
public sealed class RuntimeSettingsTests
{
    // docs/speed-changes.md has the collectors side by side. A misspelt property of the project would say nothing.
    [Fact]
    public void It_collects_garbage_as_a_server_does_beside_the_requests_and_with_little_memory()
    {
        var file = Path.ChangeExtension(typeof(MeteringServer).Assembly.Location, ".runtimeconfig.json");
        using var config = JsonDocument.Parse(File.ReadAllBytes(file));
        var properties = config.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.True(properties.GetProperty("System.GC.Server").GetBoolean());
        Assert.True(properties.GetProperty("System.GC.Concurrent").GetBoolean());
        Assert.Equal(16 * 1024 * 1024, properties.GetProperty("System.GC.Gen0MaxBudget").GetInt32());
        Assert.Equal(7, properties.GetProperty("System.GC.ConserveMemory").GetInt32());
    }
}
