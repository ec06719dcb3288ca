using System.Security.Cryptography;
using System.Text;
using Xunit.Abstractions;

namespace Metering.Contracts.Histories;

/// <summary>
/// What <see cref="ILicenseMeters"/> promises to many callers at once: each license looks as if its commands came one after the other,
/// in an order that agrees with time, whatever is repeated and whichever answers are lost (rules 2, 4, 8 and 9).
/// </summary>
public abstract class HistoriesContract(Func<ValueTask<PortsHost>> start, ITestOutputHelper output) : PortContract<ILicenseMeters>(start)
{
    /// <summary>How many licenses are played on, one after the other: as many as are done in a few seconds.</summary>
    protected virtual int Licenses => 4;

    [Fact]
    [Rule(8)]
    [Rule(9)]
    public async Task What_many_callers_see_at_once_could_have_come_one_after_the_other()
    {
        await Host.SetTimeAsync(Start);
        var instances = await InstancesAsync();
        var seed = Environment.TickCount & 0xffff;
        output.WriteLine($"Seed {seed}.");
        var recorders = new List<HistoryRecorder>();

        // One after the other, because each moves the clock of all.
        for (var number = 0; number < Licenses; number++)
        {
            var recorder = await OpenAsync($"lic_{number}", recorders.LastOrDefault()?.Now ?? Start);
            await new HistoryPlay(seed).RunAsync(recorder, Host.Get<IMeterClock>(), instances);
            await recorder.ReadAsync(Port);
            recorders.Add(recorder);
        }

        var port = await RestartAsync();
        foreach (var recorder in recorders)
        {
            await recorder.ReadAsync(port);
            recorder.Check(seed);
            await LedgerAgreesAsync(recorder, seed);
        }

        Assert.Empty(await Host.VerifyAsync([.. recorders.Select(recorder => recorder.LicenseId)]));
    }

    private async Task<HistoryRecorder> OpenAsync(string license, DateTimeOffset now)
    {
        var recorder = new HistoryRecorder(license, now);
        await recorder.ApplyAsync(Port, HistoryPlay.Open(license));

        // As the API does; else it would be a license without an owner.
        var directory = Host.Get<ILicenseDirectory>();
        await directory.AddAsync(
            new LicenseRecord
            {
                Id = license,
                TenantId = "tenant_1",
                KeyHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(license))),
                CreatedAt = now,
            },
            None);
        await directory.NoteFeaturesAsync(LicenseFeatures.Of((await Port.ReadAsync(license, None))!), None);
        return recorder;
    }

    // The histories say that what callers saw is what was counted; this, that it is what the ledger has, under the keys that were sent.
    private async Task LedgerAgreesAsync(HistoryRecorder recorder, int seed)
    {
        var ledger = Host.Get<ILedger>();
        var entries = await AllAsync(100, cursor =>
            ledger.EntriesAsync(recorder.LicenseId, new LedgerQuery(null, null, null, cursor, 100), None));
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(number => (long)number), entries.Select(entry => entry.Sequence));
        Assert.Equal(entries.Count, (await Port.ReadAsync(recorder.LicenseId, None))!.Sequence);
        foreach (var operation in recorder.Operations.OfType<CommandOperation>())
        {
            if (operation.Result is { Status: ApplyStatus.Applied, Answer: UsageAnswer usage } && operation.Submission.Once is { } once)
            {
                var entry = entries[(int)usage.Sequence - 1];
                Assert.True(entry.IdempotencyKey == once.Key && (once.EventId is null || entry.EventId == once.EventId), $"{seed}: {operation}");
            }
        }

        Assert.All(
            entries.Where(entry => entry.EventId is not null).GroupBy(entry => entry.EventId), entry => Assert.Single(entry));
    }
}
