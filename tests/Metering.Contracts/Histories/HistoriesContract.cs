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
            recorder.Check(seed, await LedgerAsync(recorder.LicenseId));
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

    private async Task<IReadOnlyList<LedgerEntry>> LedgerAsync(string license) =>
        await AllAsync(100, cursor => Host.Get<ILedger>().EntriesAsync(license, new LedgerQuery(null, null, null, cursor, 100), None));
}
