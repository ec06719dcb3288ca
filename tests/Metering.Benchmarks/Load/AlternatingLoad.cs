using System.Globalization;
using System.Security.Cryptography;

namespace Metering.Benchmarks;

/// <summary>
/// Loads two meters in turn, a second each. A machine that others share gets faster and slower within seconds, by more than what most
/// changes are worth; neighboring seconds are alike, so their ratio tells more than two long runs one after the other.
/// </summary>
internal sealed class AlternatingLoad(LoadedMeter one, LoadedMeter other, int connections)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Measures the rows.</summary>
    /// <param name="rows">Letters: b, c and f, as in the command load.</param>
    /// <param name="warmUp">Rounds that don't count.</param>
    /// <param name="rounds">Rounds that do; at least two.</param>
    /// <returns>A table: both rates, and the other meter's divided by the first one's, with its standard error.</returns>
    public async Task<string> RunAsync(string rows, int warmUp, int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 2);
        var pairs = rows.ToDictionary(row => row, _ => new List<(Measurement One, Measurement Other)>());
        for (var round = -warmUp; round < rounds; round++)
        {
            foreach (var row in rows)
            {
                var pair = await PairAsync(row, otherFirst: round % 2 != 0);
                if (round >= 0)
                {
                    pairs[row].Add(pair);
                }
            }
        }

        var table = new Table("row", "this, requests/s", "other, requests/s", "other / this", "standard error", "this, p99 ms", "other, p99 ms");
        foreach (var (row, measured) in pairs)
        {
            var (ratio, error) = PairedRatio.Of(measured.ConvertAll(pair => (pair.One.PerSecond, pair.Other.PerSecond)));
            table.Add(
                $"({row})",
                LoadCommand.Number(measured.Average(pair => pair.One.PerSecond)),
                LoadCommand.Number(measured.Average(pair => pair.Other.PerSecond)),
                ratio.ToString("F3", CultureInfo.InvariantCulture),
                error.ToString("F3", CultureInfo.InvariantCulture),
                Slowest(measured.Select(pair => pair.One)),
                Slowest(measured.Select(pair => pair.Other)));
        }

        return table.ToString();
    }

    private async Task<(Measurement One, Measurement Other)> PairAsync(char row, bool otherFirst)
    {
        if (otherFirst)
        {
            var first = await LoadAsync(row, other);
            return (await LoadAsync(row, one), first);
        }

        return (await LoadAsync(row, one), await LoadAsync(row, other));
    }

    private async Task<Measurement> LoadAsync(char row, LoadedMeter meter)
    {
        var (path, keys) = row switch
        {
            'b' => (Routes.Consume, meter.Keys),
            'c' => (Routes.Consume, [meter.HotKey]),
            'f' => (Routes.Check, meter.Keys),
            _ => throw new ArgumentException($"There is no row {row} to compare: only b, c and f.", nameof(row)),
        };
        var run = row == 'f' ? null : RandomNumberGenerator.GetHexString(8);
        return await new LoadRun(new LoadPlan(meter.Host.Url, path, keys, connections, TimeSpan.Zero, Turn, run))
            .RunAsync(meter.Host.Process);
    }

    private static string Slowest(IEnumerable<Measurement> turns) =>
        Measurement.Median([.. turns]).Latencies.Milliseconds(0.99).ToString("F2", CultureInfo.InvariantCulture);
}
