using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace Metering.Benchmarks;

/// <summary>What the domain's decisions cost, without a host.</summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private readonly LicenseState _plain = Make(new PlainMeter());
    private readonly LicenseState _full = Make(new FullMeter());
    private readonly LicenseState _machines10 = Make(new MachineMeter(10));
    private readonly LicenseState _machines1000 = Make(new MachineMeter(1_000));
    private readonly LicenseState _holds10 = Make(new HoldMeter(10));
    private readonly LicenseState _holds1000 = Make(new HoldMeter(1_000));
    private readonly Command _consume = new PlainMeter().Next(0);
    private readonly Command _machine10 = new MachineMeter(10).Next(15);
    private readonly Command _machine1000 = new MachineMeter(1_000).Next(1_500);

    [Benchmark(Baseline = true)]
    public Outcome Consume() => LicenseMeter.Apply(_plain, _consume, Now);

    [Benchmark]
    public Outcome ConsumeWithTiersGrantsAndBalance() => LicenseMeter.Apply(_full, _consume, Now);

    [Benchmark]
    public Outcome SetOneOf10Machines() => LicenseMeter.Apply(_machines10, _machine10, Now);

    [Benchmark]
    public Outcome SetOneOf1000Machines() => LicenseMeter.Apply(_machines1000, _machine1000, Now);

    [Benchmark]
    public Outcome ConsumeBeside10Holds() => LicenseMeter.Apply(_holds10, _consume, Now);

    [Benchmark]
    public Outcome ConsumeBeside1000Holds() => LicenseMeter.Apply(_holds1000, _consume, Now);

    [Benchmark]
    public Answer Check() => LicenseMeter.Check(_plain, "api_calls", 1, null, Now, MeterRules.Default);

    [Benchmark]
    public Answer CheckWithTiersGrantsAndBalance() => LicenseMeter.Check(_full, "api_calls", 1, null, Now, MeterRules.Default);

    [Benchmark]
    public byte[] WriteState() => JsonSerializer.SerializeToUtf8Bytes(_plain, MeteringJson.Default.LicenseState);

    [Benchmark]
    public byte[] WriteFullState() => JsonSerializer.SerializeToUtf8Bytes(_full, MeteringJson.Default.LicenseState);

    [Benchmark]
    public byte[] WriteStateWith1000Machines() => JsonSerializer.SerializeToUtf8Bytes(_machines1000, MeteringJson.Default.LicenseState);

    private static LicenseState Make(Workload workload)
    {
        LicenseState? state = null;
        foreach (var command in workload.Make("lic_benchmark"))
        {
            state = LicenseMeter.Apply(state, command, Now).State;
        }

        // Some use, so that amounts and days are there.
        return LicenseMeter.Apply(state, workload.Next(0), Now).State;
    }
}
