namespace Metering;

/// <summary>Machines are keys of one gauge; nothing else is kept of them.</summary>
public static class Machines
{
    /// <summary>The gauge whose keys are machines and whose readings are their cores.</summary>
    public const string FeatureCode = "cpu_cores";

    /// <summary>
    /// Stands in place of a plan for the gauge that a license got by registering a machine: a plan or an assignment that has it takes
    /// over.
    /// </summary>
    internal const string Unplanned = "(machines)";

    /// <summary>The gauge as a license gets it with <c>max_cores</c>, where the catalog does not define it.</summary>
    public static readonly Feature Feature = new()
    {
        Code = FeatureCode,
        Name = "CPU cores",
        Metric = MetricType.Gauge,
        Unit = "core",
    };
}
