using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Evidence;

/// <summary>Rule 9: <c>verify</c> is no less strict where retention has removed entries.</summary>
public sealed class CorruptionAfterRetentionTests(CutDirectory directory) : IClassFixture<CutDirectory>
{
    public static TheoryData<Corruption> Corruptions => [.. Corruption.AfterRetention];

    [Fact]
    public void A_directory_of_which_most_was_removed_agrees()
    {
        Assert.Equal("", EngineFixture.Verify(directory.Folder, directory.Options));
        Assert.Equal(4, directory.Folder.Count("snapshot"));
        Assert.Equal(0, directory.Folder.Count("snapshot WHERE fault IS NOT NULL"));
    }

    [Theory]
    [MemberData(nameof(Corruptions))]
    public void What_was_corrupted_is_found_and_named(Corruption corruption) => directory.AssertFound(corruption);
}
