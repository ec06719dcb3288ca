using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>
/// Decides what an event comes to, whichever way it came: to which license it goes, which other one may have counted it before, and whether
/// it is counted, a duplicate or rejected. As the port, it counts events at once; where a stream lies between, the host takes each event's
/// place from here when it comes out of the stream.
/// </summary>
public sealed class EventIntake(ILicenseMeters meters, EventLicenses licenses, RecentEvents recent, ILogger<EventIntake> logger)
    : IEventIntake
{
    /// <summary>How many events are under way at once: enough to share commits, and not more than a license takes as one list.</summary>
    public const int MaxUnderWay = 512;

    /// <inheritdoc/>
    /// <remarks>
    /// A fault is that of the event which met it: the others may have been counted, and the answer must be able to say so.
    /// </remarks>
    public async ValueTask<IntakeResult> TakeAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
    {
        int accepted = 0, duplicates = 0;
        List<RejectedEvent> rejected = [];
        // One for all parts: a metric that nobody has costs a request one look-up, however many of its events name it.
        var lookUps = new EventLookUps();
        foreach (var part in events.Chunk(MaxUnderWay))
        {
            foreach (var outcome in await CountAsync(part, lookUps, cancellationToken).ConfigureAwait(false))
            {
                if (outcome.Rejected is not null)
                {
                    rejected.Add(outcome.Rejected);
                }
                else if (outcome.IsDuplicate)
                {
                    duplicates++;
                }
                else
                {
                    accepted++;
                }
            }
        }

        return new IntakeResult(accepted, duplicates, rejected);
    }

    /// <summary>
    /// Where an event of a stream goes. Licenses that may have counted it before, but can't count it any more, are asked here; the one that
    /// is left gets it in its turn, and <see cref="EventOutcome.Of"/> says what came of it.
    /// </summary>
    /// <param name="usage">The event.</param>
    /// <param name="lookUps">What was looked up for the events of the same batch.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="StoreUnavailableException">The event could not be taken now, and may be when it comes again.</exception>
    public async ValueTask<EventPlace> PlaceAsync(UsageEvent usage, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        // An event of a stream has the time at which the stream took it, so there is nobody to ask.
        var (_, found) = await licenses.ResolveAsync(usage, lookUps, cancellationToken).ConfigureAwait(false);
        return found.IsEmpty
            ? new EventPlace(null, EventOutcome.NoLicense(usage))
            : await PlaceAsync(found, usage, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Where an event of a stream goes after its license could not count it: what was remembered of the tenant may be out of date.
    /// </summary>
    /// <param name="usage">The event.</param>
    /// <param name="triedLicenseId">The license that was asked in its turn.</param>
    /// <param name="lookUps">What was looked up for the events of the same batch.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when no other license is left: then what the first one said stands.</returns>
    /// <exception cref="StoreUnavailableException">The event could not be taken now, and may be when it comes again.</exception>
    public async ValueTask<EventPlace?> PlaceAgainAsync(
        UsageEvent usage, string triedLicenseId, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        var (_, again) = await licenses.ResolveAgainAsync(usage, lookUps, cancellationToken).ConfigureAwait(false);
        var others = again.Remove(triedLicenseId);
        return others.IsEmpty ? null : await PlaceAsync(others, usage, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether another license of the tenant may count an event, where one can't: not if the event names its license.</summary>
    public static bool MayCountElsewhere(UsageEvent usage, ApplyResult result)
    {
        ArgumentNullException.ThrowIfNull(usage);
        ArgumentNullException.ThrowIfNull(result);
        return usage.LicenseId is null && CannotCount(result);
    }

    private async ValueTask<EventPlace> PlaceAsync(
        ImmutableArray<string> found, UsageEvent usage, CancellationToken cancellationToken) =>
        await FirstThatCountsAsync(found.SkipLast(1), usage, cancellationToken).ConfigureAwait(false) switch
        {
            null => new EventPlace(found[^1], null),
            // Not on to the next license: the busy one may have counted the event before, and it would count twice. The batch comes again.
            { Status: ApplyStatus.Busy } => throw new StoreUnavailableException($"A license of the tenant {usage.TenantId} is busy."),
            var result => new EventPlace(null, EventOutcome.Of(usage, result)),
        };

    // Each license gets its events as one list, in their order; the lists are awaited together, so that they share commits.
    private async ValueTask<EventOutcome[]> CountAsync(UsageEvent[] events, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        var begun = new Begun[events.Length];
        var lists = new Dictionary<string, List<Begun>>(StringComparer.Ordinal);
        for (var i = 0; i < events.Length; i++)
        {
            begun[i] = await BeginAsync(events[i], lookUps, cancellationToken).ConfigureAwait(false);
        }

        await AskAsync(begun, cancellationToken).ConfigureAwait(false);
        foreach (var one in begun)
        {
            if (one.Results is null && !one.Licenses.IsEmpty)
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, one.Licenses[0], out _);
                (list ??= []).Add(one);
            }
        }

        foreach (var (licenseId, list) in lists)
        {
            var results = ApplyAsync(licenseId, list, cancellationToken);
            for (var i = 0; i < list.Count; i++)
            {
                (list[i].Results, list[i].Place, list[i].CountedBy) = (results, i, licenseId);
            }
        }

        var outcomes = new EventOutcome[begun.Length];
        var now = recent.Now;
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = await FinishAsync(begun[i], lookUps, cancellationToken).ConfigureAwait(false);
            // What is rejected is noted by whoever keeps it as a dead letter or gives it back.
            if (outcomes[i] is { Rejected: null } counted)
            {
                var outcome = counted.IsDuplicate ? RecentOutcome.Duplicate : RecentOutcome.Counted;
                recent.Add(RecentEvent.Of(events[i], RecentSource.Events, outcome, licenseId: begun[i].CountedBy), now);
            }
        }

        return outcomes;
    }

    // Before anything is counted: licenses that may have counted an event when it came before say whether they did.
    private async ValueTask AskAsync(Begun[] begun, CancellationToken cancellationToken)
    {
        var questions = begun.SelectMany(one => one.Asked.Select(id => (License: id, Of: one)));
        foreach (var asked in questions.GroupBy(question => question.License, StringComparer.Ordinal))
        {
            var open = asked.Select(question => question.Of).Where(one => one.Results is null).ToList();
            var recalls = open.Select(one => new RequestedCommand(new Recall(), Once.ByEvent(one.Event.EventId)));
            try
            {
                var results = await meters.ApplyAsync(asked.Key, [.. recalls], cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < open.Count; i++)
                {
                    // Not on to the others either where it could not say: it may have counted the event, which would then count twice.
                    open[i].Results = results[i] is { Answer: Refusal } or { Status: ApplyStatus.LicenseNotFound }
                        ? null : Task.FromResult<ImmutableArray<ApplyResult>>([results[i]]);
                }
            }
#pragma warning disable CA1031 // It is thrown again in FinishAsync, which reports it for each of these events.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                open.ForEach(one => one.Results = Task.FromException<ImmutableArray<ApplyResult>>(fault));
            }
        }
    }

    private async ValueTask<Begun> BeginAsync(UsageEvent usage, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        try
        {
            return new Begun(usage, await licenses.ResolveAsync(usage, lookUps, cancellationToken).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // It is thrown again in FinishAsync, which reports it for this event only.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new Begun(usage, default) { Results = Task.FromException<ImmutableArray<ApplyResult>>(fault) };
        }
    }

    private async ValueTask<EventOutcome> FinishAsync(Begun begun, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        try
        {
            return begun.Results is null
                ? EventOutcome.NoLicense(begun.Event)
                : EventOutcome.Of(begun.Event, await CountAsync(begun, begun.Results, lookUps, cancellationToken).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // The event is reported as rejected and the fault is logged; the other events must still count.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return Tell(begun.Event, fault);
        }
    }

    // Where a license can't count the event, the next one may; and where none can, what was remembered of the tenant may be out of date.
    private async ValueTask<ApplyResult> CountAsync(
        Begun begun, Task<ImmutableArray<ApplyResult>> results, EventLookUps lookUps, CancellationToken cancellationToken)
    {
        var (usage, found) = (begun.Event, begun.Licenses);
        var first = (await results.ConfigureAwait(false))[begun.Place];
        if (!MayCountElsewhere(usage, first))
        {
            return first;
        }

        begun.CountedBy = null;
        if (await FirstThatCountsAsync(found.Skip(1), usage, cancellationToken).ConfigureAwait(false) is { } next)
        {
            return next;
        }

        var (_, again) = await licenses.ResolveAgainAsync(usage, lookUps, cancellationToken).ConfigureAwait(false);
        return await FirstThatCountsAsync(again.Except(found, StringComparer.Ordinal), usage, cancellationToken).ConfigureAwait(false)
            ?? first;
    }

    // What the first of some licenses says that can count the event or has counted it; null when none can.
    private async ValueTask<ApplyResult?> FirstThatCountsAsync(
        IEnumerable<string> licenseIds, UsageEvent usage, CancellationToken cancellationToken)
    {
        foreach (var licenseId in licenseIds)
        {
            if (await ApplyAsync(licenseId, usage, cancellationToken).ConfigureAwait(false) is var result && !CannotCount(result))
            {
                return result;
            }
        }

        return null;
    }

    private async Task<ApplyResult> ApplyAsync(string licenseId, UsageEvent usage, CancellationToken cancellationToken) =>
        await meters.ApplyAsync(licenseId, usage.ToCommand(), Once.ByEvent(usage.EventId), cancellationToken).ConfigureAwait(false);

    private async Task<ImmutableArray<ApplyResult>> ApplyAsync(string licenseId, List<Begun> list, CancellationToken cancellationToken) =>
        await meters.ApplyAsync(
            licenseId,
            [.. list.Select(one => new RequestedCommand(one.Event.ToCommand(), Once.ByEvent(one.Event.EventId)))],
            cancellationToken).ConfigureAwait(false);

    private static bool CannotCount(ApplyResult result) => result is { Status: ApplyStatus.LicenseNotFound }
        or { Status: ApplyStatus.Applied, Answer: Refusal { Code: RefusalCode.FeatureNotAssigned or RefusalCode.LicenseNotFound } };

    private EventOutcome Tell(UsageEvent usage, Exception fault)
    {
        if (fault is StoreUnavailableException)
        {
            // Told as busy, because it passes, and the same id makes sending it again safe.
            logger.EventLost(fault, usage.EventId);
            return EventOutcome.Busy(usage);
        }

        logger.EventFailed(fault, usage.EventId);
        return EventOutcome.Failed(usage);
    }

    private sealed class Begun(UsageEvent usage, EventRoute route)
    {
        public UsageEvent Event { get; } = usage;

        public ImmutableArray<string> Asked { get; } = route.Asked.IsDefault ? [] : route.Asked;

        public ImmutableArray<string> Licenses { get; } = route.Licenses.IsDefault ? [] : route.Licenses;

        /// <summary>What the first license says of its list, or one that was asked of this event; null when there is no license.</summary>
        public Task<ImmutableArray<ApplyResult>>? Results { get; set; }

        /// <summary>The license that has the event on its list; null where another one may have counted it.</summary>
        public string? CountedBy { get; set; }

        /// <summary>Where in the list the event is.</summary>
        public int Place { get; set; }
    }
}
