using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Evidence;

[Rule(8)]
[Rule(9)]
public sealed class HistoryTests : ContractTest
{
    private const int Steps = 80;

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public async Task Any_history_agrees_with_a_second_implementation_and_with_its_evidence(int seed)
    {
        var random = new Random(seed);
        var license = await Meter.License(new { limit = 100 });
        var model = new HistoryModel(100);

        for (var step = 0; step < Steps; step++)
        {
            var amount = random.Next(1, 4000) / 100m;
            switch (random.Next(10))
            {
                case < 5 when amount <= model.Remaining:
                    await license.Consume(amount).Is(200);
                    model.Count(amount);
                    break;
                case < 5:
                    await license.Consume(amount).Refuses(403, "quota_exceeded");
                    break;
                case 5 or 6:
                    await license.Report(amount).Is(200);
                    model.Count(amount);
                    break;
                case 7 when amount <= model.Used:
                    await license.Manage("/usage/decrement", new { feature_code = license.Feature, amount }).Is(200);
                    model.Decrement(amount);
                    break;
                case 8:
                    await license.Grant(amount);
                    model.Grant(amount);
                    break;
                case 9 when random.Next(3) == 0:
                    await license.Manage("/usage/reset", new { feature_code = license.Feature }).Is(200);
                    model.Reset();
                    break;
                default:
                    break;
            }

            await license.Check().Is(200).Has("used", model.Used).Has("overage", model.Overage).Has("remaining", model.Remaining);
        }

        var entries = await license.Ledger();
        Assert.Equal(Enumerable.Range(1, entries.Count), entries.Select(entry => entry.GetProperty("sequence").GetInt32()));
        Assert.Equal(model.Used, Sum(entries, "consumed", "recorded", "decremented", "usage_reset"));
        Assert.Equal(Sum(entries, "consumed", "recorded", "decremented"), await SumOfRollups(license));
    }

    [Fact]
    public async Task Any_order_and_repetition_of_the_same_requests_counts_the_same()
    {
        var random = new Random(7);
        var first = await Meter.License(new { limit = 1000 });
        var second = await Meter.LicenseOn(first.Plan, first.Feature);
        var requests = Enumerable.Range(1, 15).Select(n => (Key: $"key-{n}", Amount: n * 1.1m)).ToArray();

        foreach (var license in new[] { first, second })
        {
            var sent = requests.Concat(requests).Concat(requests).ToArray();
            random.Shuffle(sent);
            await Task.WhenAll(sent.Select(request => license.Consume(request.Amount, request.Key).Is(200)));
        }

        await first.Check().Has("used", requests.Sum(request => request.Amount));
        await second.Check().Has("used", requests.Sum(request => request.Amount));
    }

    private static decimal Sum(IEnumerable<JsonElement> entries, params string[] kinds) =>
        entries.Where(entry => kinds.Contains(entry.GetProperty("kind").GetString()))
            .Sum(entry => entry.GetProperty("amount").GetDecimal());

    private async Task<decimal> SumOfRollups(License license)
    {
        var now = await Meter.Now();
        return (await license.Read($"/rollups?from={Meter.Day(now.AddDays(-2))}&to={Meter.Day(now.AddDays(2))}").Is(200)).Items
            .Where(item => item.GetProperty("feature_code").GetString() == license.Feature)
                .Sum(item => item.GetProperty("sum").GetDecimal());
    }
}
