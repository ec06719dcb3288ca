using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Evidence;

/// <summary>Rule 9: whatever is changed in the store behind the server's back, <c>verify</c> finds it and says where.</summary>
public sealed class CorruptionTests(MixedDirectory directory) : IClassFixture<MixedDirectory>
{
    public static TheoryData<Corruption> Corruptions => [.. Corruption.All];

    [Fact]
    public void A_directory_in_which_everything_happened_agrees() =>
        Assert.Equal("", EngineFixture.Verify(directory.Folder, directory.Options));

    [Theory]
    [MemberData(nameof(Corruptions))]
    public void What_was_corrupted_is_found_and_named(Corruption corruption) => directory.AssertFound(corruption);
}
