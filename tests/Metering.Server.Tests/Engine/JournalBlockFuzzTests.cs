using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Metering.Api.Tests.Fuzz;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;
using Metering.Tests.Properties;

namespace Metering.Server.Tests.Engine;

/// <summary>A block that a disk has damaged is told as that, whatever is left of it: with no other fault, in bounded memory.</summary>
[Rule(9)]
public sealed class JournalBlockFuzzTests
{
    private const int Inputs = 3_000;
    private const int Blocks = 40;

    // JSON is read into commands of a few times its size; a length that damage has made huge must not be believed.
    private const long MostBytes = 8L * 1024 * 1024;

    private static readonly Gen<byte[]> Whole = Gen.Elements(History.Any.Sample(Blocks, new Rnd(1), 30).Select(Written));

    [Fact]
    public void A_damaged_block_is_told_as_damaged() => FuzzRun.Check(
        "journal blocks", Inputs,
        from block in Whole from struck in Damage.Of(Gen.Constant(block)) select (block, struck),
        MostBytes, made =>
        {
            if (made.block.AsSpan().SequenceEqual(made.struck))
            {
                Assert.NotEmpty(JournalBlock.Read(made.struck).Records);
                return;
            }

            var damage = Assert.Throws<InvalidDataException>(() => JournalBlock.Read(made.struck));
            Assert.StartsWith("The journal holds a block", damage.Message, StringComparison.Ordinal);
        });

    // As somebody would see it who changes a file with care.
    [Fact]
    public void A_damaged_block_with_the_right_checksum_is_read_or_told_as_damaged() => FuzzRun.Check(
        "sealed journal blocks", Inputs, Damage.Of(Whole.Select(block => block[..^sizeof(uint)])).Select(Sealed), MostBytes, block =>
        {
            try
            {
                var (decidedBy, _, records) = JournalBlock.Read(block);
                Assert.NotNull(decidedBy.Rules);
                Assert.All(records, record => Assert.NotNull(record.Command));
            }
            catch (InvalidDataException damage)
            {
                Assert.StartsWith("The journal holds", damage.Message, StringComparison.Ordinal);
            }
        });

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1, 0x7f)]
    [InlineData(5, 0)]
    public async Task A_server_does_not_start_on_a_journal_with_a_damaged_block_and_says_which_one_it_is(int at, byte value)
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { WriteOutAfterMilliseconds = 60_000 });
        await fixture.OpenLicenseAsync("lic_a");
        using var copy = fixture.Folder.Copy();
        DataFolder.ChangeBlocks(copy.JournalFile, block =>
        {
            block[at] = value;
            return block;
        });

        var refused = await Assert.ThrowsAsync<DataDirectoryException>(() => EngineFixture.StartAsync(folder: copy));

        Assert.StartsWith("Row 1 of the journal can't be read: The journal holds a block", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Restore meter.db and journal.db from one backup. Nothing was changed.", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Written(History history)
    {
        var block = new JournalBlock(DecidedBy.Now(MeterRules.Default).ToBytes());
        Playing.Run(history, (_, command, now, outcome) =>
            block.Add(new SingleCommand("lic_a", command, Once.ByKey("key", "hash", "event")), now, now, outcome.State.Sequence, 7));
        return block.Seal().ToArray();
    }

    private static byte[] Sealed(byte[] content)
    {
        var block = new byte[content.Length + sizeof(uint)];
        content.CopyTo(block, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(content.Length), Checksum.Of(content));
        return block;
    }
}
