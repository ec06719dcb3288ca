using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>
/// Counts events at once, each on its license, once by its id. A fault is that of the event which met it: the others may have been counted, and the answer must
/// be able to say so.
/// </summary>
public sealed partial class DirectEventIntake(ILicenseMeters meters, EventLicenses licenses, ILogger<DirectEventIntake> logger) : IEventIntake
{
    // What an event that met a fault of ours came to.
    private static readonly ApplyResult Fault = new(ApplyStatus.Busy, null);

    /// <summary>How many events are under way at once: enough to share commits, and a bound on what waits.</summary>
    public const int AtOnce = 512;

    /// <inheritdoc/>
    public async ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
    {
        int accepted = 0, duplicates = 0;
        List<RejectedEvent> rejected = [];
        foreach (var part in events.Chunk(AtOnce))
        {
            foreach (var (usage, result) in await ApplyAsync(part, cancellationToken).ConfigureAwait(false))
            {
                switch (result)
                {
                    case { Status: ApplyStatus.Replayed }:
                        duplicates++;
                        break;
                    case { Status: ApplyStatus.Applied, Answer: not Refusal }:
                        accepted++;
                        break;
                    default:
                        rejected.Add(Reject(usage, result));
                        break;
                }
            }
        }

        return new IntakeResult(accepted, duplicates, rejected);
    }

    // Commands are given to the meters in the events' order, and awaited together.
    private async ValueTask<(UsageEvent Event, ApplyResult? Result)[]> ApplyAsync(UsageEvent[] events, CancellationToken cancellationToken)
    {
        var pending = new List<(UsageEvent Event, Task<ApplyResult>? Applied)>(events.Length);
        foreach (var usage in events)
        {
            pending.Add((usage, await BeginAsync(usage, cancellationToken).ConfigureAwait(false)));
        }

        var results = new (UsageEvent, ApplyResult?)[pending.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (usage, applied) = pending[i];
            var result = applied is null ? null : await applied.ConfigureAwait(false);
            results[i] = (usage, IsStale(usage, result) ? await RetryAsync(usage, result!, cancellationToken).ConfigureAwait(false) : result);
        }

        return results;
    }

    private async ValueTask<Task<ApplyResult>?> BeginAsync(UsageEvent usage, CancellationToken cancellationToken)
    {
        string? licenseId = null;
        var unresolved = await GuardAsync(
            usage,
            async () =>
            {
                licenseId = await licenses.ResolveAsync(usage, cancellationToken).ConfigureAwait(false);
                return null;
            }).ConfigureAwait(false);
        return unresolved is not null ? Task.FromResult(unresolved) : licenseId is null ? null : ApplyAsync(licenseId, usage, cancellationToken)!;
    }

    private Task<ApplyResult> ApplyAsync(string licenseId, UsageEvent usage, CancellationToken cancellationToken) => GuardAsync(
        usage, async () => await meters.ApplyAsync(licenseId, usage.ToCommand(), Once.ByEvent(usage.EventId), cancellationToken).ConfigureAwait(false))!;

    private async Task<ApplyResult?> GuardAsync(UsageEvent usage, Func<Task<ApplyResult?>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (StoreUnavailableException lost)
        {
            LogLost(logger, lost, usage.EventId);
            return ApplyResult.Busy;
        }
#pragma warning disable CA1031 // The event is told as rejected and the fault is logged; the other events must not be lost with it.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFault(logger, fault, usage.EventId);
            return Fault;
        }
    }

    // The license that was remembered for the tenant no longer has the feature; another may.
    private static bool IsStale(UsageEvent usage, ApplyResult? result) =>
        usage.LicenseId is null
        && (result is { Status: ApplyStatus.LicenseNotFound }
            || result is { Answer: Refusal { Code: RefusalCode.FeatureNotAssigned or RefusalCode.LicenseNotFound } });

    private async ValueTask<ApplyResult> RetryAsync(UsageEvent usage, ApplyResult first, CancellationToken cancellationToken)
    {
        licenses.Forget(usage.TenantId!);
        var licenseId = await licenses.ResolveAsync(usage, cancellationToken).ConfigureAwait(false);
        return licenseId is null ? first : await ApplyAsync(licenseId, usage, cancellationToken).ConfigureAwait(false);
    }

    // Where an event has what its command calls by another name.
    private static string? PointerInEvent(string? pointer) => pointer switch
    {
        "/amount" => "/quantity",
        "/feature_code" => "/metric",
        _ => pointer,
    };

    private static RejectedEvent Reject(UsageEvent usage, ApplyResult? result) => result switch
    {
        _ when ReferenceEquals(result, Fault) => new RejectedEvent(
            usage, ProblemCode.InternalError, "The service failed on this event. The fault was logged; the event may be sent again with the same id."),
        null => new RejectedEvent(usage, RefusalCode.FeatureNotAssigned, $"The tenant has no license with the feature {usage.Metric}."),
        { Answer: Refusal refusal } => new RejectedEvent(usage, refusal.Code, refusal.Detail, PointerInEvent(refusal.Pointer)),
        { Status: ApplyStatus.LicenseNotFound } => new RejectedEvent(usage, RefusalCode.LicenseNotFound, "There is no such license."),
        { Status: ApplyStatus.KeyReused } => new RejectedEvent(usage, ProblemCode.IdempotencyKeyReused, "The event's id was used for something else."),
        _ => new RejectedEvent(usage, IntakeResult.Busy, "The service is busy. The event may be sent again with the same id."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The event {EventId} could not be counted: the storage is not available.")]
    private static partial void LogLost(ILogger logger, Exception exception, string eventId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The event {EventId} could not be counted.")]
    private static partial void LogFault(ILogger logger, Exception exception, string eventId);
}
