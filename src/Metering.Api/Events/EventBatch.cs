using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>
/// The events of one request on their way in: good ones go on in parts, bad ones to the dead-letter list, and those that the host was too
/// busy for back to the caller. As long as nothing was counted, a fault is the request's, which may then be sent again as a whole. Once
/// something was counted, the answer must say what: then a fault is that of the events which it met. For the same reason a part that was
/// begun is finished, also when the caller has gone.
/// </summary>
internal sealed class EventBatch(
    IEventIntake intake, IDeadLetters deadLetters, IMeterClock clock, RecentEvents recent, ILogger logger, SeldomLog log,
    TenantEvents? tenant)
{
    // So much of a stream of lines waits in memory, however long the stream is.
    private const int PartSize = 1000;

    private const string NotTaken = "The service could not take the event. It may be sent again with the same id.";

    private readonly List<UsageEvent> _part = [];
    private readonly List<RejectedView> _rejected = [];
    private readonly List<MadeEventId> _made = [];
    private readonly List<DeadLetter> _letters = [];

    // Where in the rejected ones each letter's is: one that was only stopped at has no letter.
    private readonly List<int> _lettersAt = [];
    private int _accepted;
    private int _duplicates;
    private int? _stoppedAt;

    /// <summary>Whether every event that was added has been counted or kept.</summary>
    public bool IsEmpty => _part.Count == 0 && _letters.Count == 0;

    private bool HasCounted => _accepted + _duplicates > 0;

    /// <summary>Takes an event that was read, or why it could not be.</summary>
    /// <exception cref="ProblemException">The host is busy and has counted none of the request's events.</exception>
    public async ValueTask AddAsync(ReadEvent read)
    {
        if (read.Event is null && tenant is null)
        {
            Reject(read.Index, null, EventLetter.Unreadable(read, clock.UtcNow));
        }
        else if (read.Event is null)
        {
            var code = read.Problem!.Code;
            ApiMetrics.Rejected(code);
            GiveBack(read.Index, null, code, read.WhatIsWrong, tenant!.Noted(null, code));
        }
        else if (await WhyNotAsync(read.Event).ConfigureAwait(false) is { } refused)
        {
            GiveBack(refused, tenant!.Noted(refused.Event, refused.Code));
        }
        else
        {
            _part.Add(tenant?.WithTenant(read.Event) ?? read.Event);
            if (read.MadeId)
            {
                _made.Add(new MadeEventId(read.Index, read.Event.EventId));
            }
        }

        if (_part.Count >= PartSize || _letters.Count >= PartSize)
        {
            await FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Says that nothing was taken from an event on, and why. The caller still has these events; they are no dead letters.
    /// </summary>
    public void Stop(int index, string code, string why)
    {
        _stoppedAt = index;
        _rejected.Add(new RejectedView(index, null, code,
            $"{why} Nothing was taken from index {index} on; send these events again in another request."));
    }

    /// <summary>Takes in what is left, keeps what can't be counted, and says what became of it all.</summary>
    public async ValueTask<EventsAnswer> FinishAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        // In the order of their places: one that can't be read is told at once, one that can't be counted only when its part is done.
        return new EventsAnswer
        {
            Accepted = _accepted,
            Duplicates = _duplicates,
            Rejected = [.. _rejected.OrderBy(rejected => rejected.Index)],
            StoppedAt = _stoppedAt,
            EventIds = _made,
        };
    }

    private async ValueTask FlushAsync()
    {
        if (_part.Count > 0)
        {
            var result = await TakeAsync().ConfigureAwait(false);
            if (!HasCounted && result.Rejected.Count == _part.Count && result.Rejected.All(rejected => rejected.Code == IntakeResult.Busy))
            {
                // Nothing was counted: the caller may send all of it again.
                throw new ProblemException(Answers.Busy);
            }

            // From here on something may have counted, so nothing below may fail the request as a whole.
            _accepted += result.Accepted;
            _duplicates += result.Duplicates;
            foreach (var rejected in result.Rejected)
            {
                if (rejected.Code == IntakeResult.Busy)
                {
                    // It may be counted when it comes again, so it is no dead letter: each try of a busy service would leave another one.
                    ApiMetrics.Rejected(rejected.Code);
                    GiveBack(rejected, RecentEvent.Of(rejected.Event, RecentSource.Events, RecentOutcome.Rejected, rejected.Code));
                }
                else
                {
                    Reject(rejected.Event.Index, rejected.Event, EventLetter.Of(rejected, clock.UtcNow));
                }
            }

            _part.Clear();
        }

        if (_letters.Count > 0)
        {
            await KeepAsync().ConfigureAwait(false);
            _letters.Clear();
            _lettersAt.Clear();
        }
    }

    private async ValueTask<RejectedEvent?> WhyNotAsync(UsageEvent usage)
    {
        try
        {
            return tenant is null ? null : await tenant.WhyNotAsync(usage, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (HasCounted)
        {
            logger.EventsNotTaken(fault, usage.Index, usage.Index);
            return new RejectedEvent(usage, IntakeResult.Busy, NotTaken);
        }
    }

    private async ValueTask<IntakeResult> TakeAsync()
    {
        try
        {
            return await intake.TakeAsync(_part, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (HasCounted)
        {
            // Whatever the fault is: what was counted before must be told. Where nothing was, the fault goes to the caller, who may send
            // all again.
            logger.EventsNotTaken(fault, _part[0].Index, _part[^1].Index);
            return new IntakeResult(0, 0, [.. _part.Select(usage => new RejectedEvent(usage, IntakeResult.Busy, NotTaken))]);
        }
    }

    private async ValueTask KeepAsync()
    {
        try
        {
            await deadLetters.AddAsync(_letters.ToArray(), CancellationToken.None).ConfigureAwait(false);
            log.LettersKept(_letters);
        }
        catch (Exception fault) when (HasCounted)
        {
            logger.LettersNotKept(fault, _letters.Count);
            foreach (var at in _lettersAt)
            {
                _rejected[at] = _rejected[at] with
                {
                    Detail = _rejected[at].Detail + " It could not be kept in the dead-letter list either.",
                    DeadLetterId = null,
                };
            }
        }
    }

    // Not kept: the caller still has it, and sees that no letter is named.
    private void GiveBack(RejectedEvent rejected, RecentEvent noted) =>
        GiveBack(rejected.Event.Index, rejected.Event.EventId, rejected.Code, rejected.Detail, noted);

    private void GiveBack(int index, string? eventId, string code, string detail, RecentEvent noted)
    {
        recent.Add(noted);
        _rejected.Add(new RejectedView(index, eventId, code, detail));
    }

    private void Reject(int index, UsageEvent? usage, DeadLetter letter)
    {
        recent.Add(RecentEvent.Of(usage, RecentSource.Events, RecentOutcome.DeadLetter, letter.Code));
        _lettersAt.Add(_rejected.Count);
        ApiMetrics.Rejected(letter.Code);
        _rejected.Add(new RejectedView(index, usage?.EventId, letter.Code, letter.Detail, letter.Id));
        _letters.Add(letter);
    }
}
