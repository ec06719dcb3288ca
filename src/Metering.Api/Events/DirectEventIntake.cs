using System.Collections.Immutable;
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
        var lookUps = new EventLookUps();
        foreach (var part in events.Chunk(AtOnce))
        {
            foreach (var (usage, result) in await ApplyAsync(part, lookUps, cancellationToken).ConfigureAwait(false))
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
    private async ValueTask<(UsageEvent Event, ApplyResult? Result)[]> ApplyAsync(UsageEvent[] events, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        var pending = new Pending[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            pending[i] = await BeginAsync(events[i], lookUps, cancellationToken).ConfigureAwait(false);
        }

        var results = new (UsageEvent, ApplyResult?)[pending.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = (events[i], await FinishAsync(pending[i], lookUps, cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    private async ValueTask<Pending> BeginAsync(UsageEvent usage, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        try
        {
            var found = await licenses.ResolveAsync(usage, lookUps, cancellationToken).ConfigureAwait(false);
            return new Pending(usage, found, found.IsEmpty ? null : ApplyAsync(found[0], usage, cancellationToken));
        }
#pragma warning disable CA1031 // The event is told as rejected and the fault is logged; the other events must not be lost with it.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new Pending(usage, [], Task.FromResult(Tell(usage, fault)));
        }
    }

    // Where a license can't count the event, the next one may; and where none can, what was remembered of the tenant may be out of date.
    private async ValueTask<ApplyResult?> FinishAsync(Pending pending, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        if (pending.Applied is null)
        {
            return null;
        }

        var first = await pending.Applied.ConfigureAwait(false);
        if (pending.Event.LicenseId is not null || !CannotCount(first))
        {
            return first;
        }

        foreach (var licenseId in pending.Licenses.Skip(1))
        {
            if (await ApplyAsync(licenseId, pending.Event, cancellationToken).ConfigureAwait(false) is var next && !CannotCount(next))
            {
                return next;
            }
        }

        try
        {
            var again = await licenses.ResolveAgainAsync(pending.Event, lookUps, cancellationToken).ConfigureAwait(false);
            foreach (var licenseId in again.Except(pending.Licenses, StringComparer.Ordinal))
            {
                if (await ApplyAsync(licenseId, pending.Event, cancellationToken).ConfigureAwait(false) is var next && !CannotCount(next))
                {
                    return next;
                }
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return Tell(pending.Event, fault);
        }

        return first;
    }

    private async Task<ApplyResult> ApplyAsync(string licenseId, UsageEvent usage, CancellationToken cancellationToken)
    {
        try
        {
            return await meters.ApplyAsync(licenseId, usage.ToCommand(), Once.ByEvent(usage.EventId), cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return Tell(usage, fault);
        }
    }

    private static bool CannotCount(ApplyResult result) => result is { Status: ApplyStatus.LicenseNotFound }
        or { Status: ApplyStatus.Applied, Answer: Refusal { Code: RefusalCode.FeatureNotAssigned or RefusalCode.LicenseNotFound } };

    private ApplyResult Tell(UsageEvent usage, Exception fault)
    {
        if (fault is StoreUnavailableException)
        {
            LogLost(logger, fault, usage.EventId);
            return ApplyResult.Busy;
        }

        LogFault(logger, fault, usage.EventId);
        return Fault;
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

    private sealed record Pending(UsageEvent Event, ImmutableArray<string> Licenses, Task<ApplyResult>? Applied);

    [LoggerMessage(Level = LogLevel.Error, Message = "The event {EventId} could not be counted: the storage is not available.")]
    private static partial void LogLost(ILogger logger, Exception exception, string eventId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The event {EventId} could not be counted.")]
    private static partial void LogFault(ILogger logger, Exception exception, string eventId);
}
