using System.Text.Json;
using Metering.Server.Engine;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Server.Tests.Engine;

/// <summary>A journal's block is written by hand: it reads back as what was put into it, whatever the commands were.</summary>
[Rule(9)]
public sealed class JournalBlockProperties
{
    private const int Histories = 100;

    [Fact]
    public void A_block_reads_back_as_the_commands_that_were_put_into_it() => Samples.Check("blocks", Histories, History.Any, history =>
    {
        var block = new JournalBlock(DecidedBy.Now(MeterRules.Default).ToBytes());
        var put = new List<JournalRecord>();
        Playing.Run(history, (_, command, now, outcome) =>
        {
            var once = (put.Count % 4) switch
            {
                0 => null,
                1 => Once.ByKey($"key {put.Count} – ключ", "hash"),
                2 => Once.ByEvent($"event {put.Count}"),
                _ => Once.ByKey("", "", ""),
            };
            var record = new JournalRecord(
                $"lic_{put.Count % 3}", now, outcome.State.Sequence, (uint)(put.Count * 3_000_000_017L), once, command);
            block.Add(new SingleCommand(record.LicenseId, command, once), now.AddSeconds(-1), now, record.Sequence, record.Outcome);
            put.Add(record);
        });

        var (_, hostNow, read) = JournalBlock.Read(block.Seal());

        Assert.Equal(put[0].Now.AddSeconds(-1).ToUnixTimeMilliseconds(), hostNow);
        Assert.Equal(put.Select(Told), read.Select(Told));
    });

    private static string Told(JournalRecord record) =>
        $"{record.LicenseId} {record.Now.ToUnixTimeMilliseconds()} {record.Sequence} {record.Outcome} {record.Once} "
        + JsonSerializer.Serialize(record.Command, MeteringJson.Default.Command);
}
