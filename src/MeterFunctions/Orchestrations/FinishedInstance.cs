namespace MeterFunctions.Orchestrations;

/// <summary>An orchestration that is to be purged.</summary>
/// <param name="InstanceId">Its id in the task hub.</param>
/// <param name="Attempt">Which try this is; the first is 1.</param>
public sealed record FinishedInstance(string InstanceId, int Attempt = 1);
