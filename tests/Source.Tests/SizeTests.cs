namespace Source.Tests;

/// <summary>What a screen and a head can hold.</summary>
public sealed class SizeTests
{
    private const int MaxLines = 300;

    // Files that would read worse if they were split, with the reason.
    private static readonly Dictionary<string, string> LongFiles = new(StringComparer.Ordinal)
    {
        ["src/Metering.Server/Engine/Shard.cs"] = "being split",
        ["src/Metering/Licenses/Licensing.cs"] = "being split",
        ["tests/Metering.Api.Tests/Events/EventTests.cs"] = "being split",
        ["tests/Metering.Api.Tests/Licenses/LicenseTests.cs"] = "being split",
    };

    [Fact]
    public void No_file_of_code_is_longer_than_the_limit() => Checkout.AssertNone(
        from file in Checkout.Sources
        where file.Lines.Count > MaxLines && !LongFiles.ContainsKey(file.Path)
        select $"{file.Path} has {file.Lines.Count} lines");
}
