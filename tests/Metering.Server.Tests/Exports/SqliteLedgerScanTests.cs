using Metering.Reports;
using Metering.Server.Exports;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Exports;

/// <summary>The scan gives what the ledger's list gives, whatever lies before and after the span.</summary>
public sealed class SqliteLedgerScanTests
{
    [Fact]
    public async Task Every_span_of_every_license_has_its_entries_in_order_with_the_last_ones_link()
    {
        await using var fixture = await EngineFixture.StartAsync();
        string[] licenses = ["lic_a", "lic_b", "lic_none", "lic_c"];
        foreach (var license in licenses.Where(id => id != "lic_none"))
        {
            await fixture.OpenLicenseAsync(license);
        }

        var start = fixture.Clock.UtcNow;
        for (var i = 0; i < 30; i++)
        {
            fixture.Clock.UtcNow = start.AddMinutes(i);
            await fixture.ConsumeAsync(licenses[i % 2], $"key-{i}");
        }

        var scan = new SqliteLedgerScan(fixture.Engine);
        for (var from = -1; from < 31; from += 4)
        {
            for (var to = from + 1; to < 32; to += 5)
            {
                // From the first entry, or going on in the middle of the first license.
                var span = new ExportSpan(start.AddMinutes(from), start.AddMinutes(to));
                var after = to % 2 == 0 ? 0 : 7;
                var found = new List<(string, long)>();
                await foreach (var part in scan.ReadAsync(licenses, span, after, default))
                {
                    Assert.Equal(EvidenceChain.Size, part.Link.Length);
                    found.AddRange(part.Entries.Select(entry => (part.LicenseId, entry.Sequence)));
                }

                var expected = new List<(string, long)>();
                foreach (var license in licenses)
                {
                    var page = await new Metering.Server.Stores.SqliteLedger(fixture.Engine, fixture.Clock).EntriesAsync(
                        license, new LedgerQuery(span.From, span.To, null, null, 1_000), default);
                    expected.AddRange(page.Items.Where(entry => license != licenses[0] || entry.Sequence > after)
                        .Select(entry => (license, entry.Sequence)));
                }

                Assert.Equal(expected, found);
            }
        }
    }
}
