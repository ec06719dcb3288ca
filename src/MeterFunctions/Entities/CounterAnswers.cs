using Metering;

namespace MeterFunctions.Entities;

/// <summary>Answers as they lie in the state, and as callers get them.</summary>
internal static class CounterAnswers
{
    /// <summary>What is kept of a result.</summary>
    /// <param name="command">What was asked.</param>
    /// <param name="result">What it came to; null for a fault of ours.</param>
    /// <param name="time">The machine's time.</param>
    public static CounterAnswer Of(PendingCommand command, ApplyResult? result, DateTimeOffset time) => new()
    {
        Id = command.Id,
        At = time.ToUnixTimeMilliseconds(),
        Status = result?.Status ?? ApplyStatus.Busy,
        Answer = result?.Answer,
        Failed = result is null,
    };

    /// <summary>Tells a command that the storage is not there: nothing was counted.</summary>
    public static CounterAnswer Busy(PendingCommand command, DateTimeOffset time) => Of(command, ApplyResult.Busy, time);

    /// <summary>What the caller is told.</summary>
    public static ApplyResult ToResult(CounterAnswer answer) => answer switch
    {
        { Failed: true } => ApplyResult.Failed,
        { Status: ApplyStatus.LicenseNotFound } => ApplyResult.LicenseNotFound,
        { Status: ApplyStatus.KeyReused } => ApplyResult.KeyReused,
        { Status: ApplyStatus.Busy } => ApplyResult.Busy,
        _ => new ApplyResult(answer.Status, answer.Answer),
    };
}
