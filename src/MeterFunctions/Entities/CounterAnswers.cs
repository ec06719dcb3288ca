using Metering;

namespace MeterFunctions.Entities;

/// <summary>Answers as they lie in the state, and as callers get them.</summary>
internal static class CounterAnswers
{
    /// <summary>What is kept of a result.</summary>
    /// <param name="submission">What was asked.</param>
    /// <param name="result">What it came to; null for a fault of ours.</param>
    /// <param name="time">The machine's time.</param>
    public static CounterAnswer Of(Submission submission, ApplyResult? result, DateTimeOffset time) => new()
    {
        Id = submission.Id,
        At = time.ToUnixTimeMilliseconds(),
        Status = result?.Status ?? ApplyStatus.Busy,
        Answer = result?.Answer,
        Failed = result is null,
    };

    /// <summary>Tells a submission that the storage is not there: nothing was counted.</summary>
    public static CounterAnswer Busy(Submission submission, DateTimeOffset time) => Of(submission, ApplyResult.Busy, time);

    /// <summary>What the caller is told.</summary>
    /// <exception cref="InvalidOperationException">The command met a fault of ours.</exception>
    public static ApplyResult ToResult(CounterAnswer answer) => answer switch
    {
        { Failed: true } => throw new InvalidOperationException("The command could not be applied; the fault was logged where the license is written."),
        { Status: ApplyStatus.LicenseNotFound } => ApplyResult.LicenseNotFound,
        { Status: ApplyStatus.KeyReused } => ApplyResult.KeyReused,
        { Status: ApplyStatus.Busy } => ApplyResult.Busy,
        _ => new ApplyResult(answer.Status, answer.Answer),
    };
}
