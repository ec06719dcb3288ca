using System.Globalization;

namespace Metering.Benchmarks;

/// <summary>Licenses of one kind, and the command that is sent to them again and again.</summary>
internal abstract class Workload
{
    protected static readonly Feature Calls = new() { Code = "api_calls", Unit = "call", Metric = MetricType.Counter };

    /// <summary>What the licenses are like.</summary>
    public abstract string Name { get; }

    /// <summary>Commands that make a license.</summary>
    public abstract IEnumerable<Command> Make(string licenseId);

    /// <summary>The command that is measured.</summary>
    /// <param name="number">Which one it is.</param>
    public virtual Command Next(long number) => new Consume { FeatureCode = Calls.Code };

    protected static OpenLicense Open(string licenseId, Feature feature, Terms terms) => new()
    {
        LicenseId = licenseId,
        TenantId = "tenant_" + licenseId,
        Features = [new FeatureTerms(feature, terms)],
    };

    protected static Terms Plain => new() { Limit = 1_000_000_000_000, Reset = new Reset { Interval = Interval.Month } };
}

/// <summary>A meter with a limit and nothing else.</summary>
internal sealed class PlainMeter : Workload
{
    public override string Name => "plain meter";

    public override IEnumerable<Command> Make(string licenseId) => [Open(licenseId, Calls, Plain)];
}

/// <summary>A meter with five priced tiers, three grants and a balance that pays.</summary>
internal sealed class FullMeter : Workload
{
    private const string Unit = "USD";

    public override string Name => "five tiers, three grants, a balance";

    public override IEnumerable<Command> Make(string licenseId)
    {
        Tier[] tiers =
        [
            new() { From = new Threshold(0, false), Policy = Policy.NotifyOnly, UnitPrice = 0.002m },
            new() { From = new Threshold(100, false), Policy = Policy.NotifyOnly, UnitPrice = 0.0015m, BasePrice = 1 },
            new() { From = new Threshold(50, true), Level = Level.Warning, Policy = Policy.NotifyOnly, UnitPrice = 0.001m },
            new() { From = new Threshold(80, true), Level = Level.Critical, Policy = Policy.NotifyOnly, UnitPrice = 0.0008m },
            new() { From = new Threshold(100, true), Level = Level.OverUsage, Policy = Policy.Deny },
        ];
        yield return Open(licenseId, Calls, Plain with { Tiers = [.. tiers], PriceUnit = Unit });
        yield return new OpenBalance { Unit = Unit, Amount = 100_000_000 };
        for (var priority = -1; priority <= 1; priority++)
        {
            yield return new AddGrant
            {
                FeatureCode = Calls.Code,
                Amount = 1_000_000_000,
                Priority = priority,
                ExpiresAt = DateTimeOffset.UtcNow.AddYears(1),
            };
        }
    }
}

/// <summary>A license with machines, of which each command reads one again.</summary>
internal sealed class MachineMeter(int machines) : Workload
{
    public override string Name => $"{machines} machines";

    public override IEnumerable<Command> Make(string licenseId)
    {
        yield return Open(licenseId, Machines.Feature, new Terms { Limit = 1_000_000 });
        for (var number = 0; number < machines; number++)
        {
            yield return Set(number, 4);
        }
    }

    public override Command Next(long number) => Set(number % machines, 4 + (number / machines % 2));

    private static SetMachine Set(long number, decimal cores) =>
        new() { Fingerprint = "machine_" + number.ToString("D8", CultureInfo.InvariantCulture), Cores = cores };
}

/// <summary>A license with open holds, beside which use is counted.</summary>
internal sealed class HoldMeter(int holds) : Workload
{
    private const int DaySeconds = 86_400;

    public override string Name => $"{holds} open holds";

    public override IEnumerable<Command> Make(string licenseId)
    {
        yield return Open(licenseId, Calls, Plain);
        for (var number = 0; number < holds; number++)
        {
            yield return new OpenHold { FeatureCode = Calls.Code, Amount = 10, TtlSeconds = DaySeconds };
        }
    }
}
