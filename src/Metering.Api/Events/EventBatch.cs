using System.Text.Json;

namespace Metering.Api;

/// <summary>The events of one request on their way in: good ones go on in parts, bad ones to the dead-letter list.</summary>
internal sealed class EventBatch(ApiCall call)
{
    private const int PartSize = 1000;

    private readonly List<UsageEvent> _part = [];
    private readonly List<RejectedView> _rejected = [];
    private readonly List<MadeEventId> _made = [];
    private readonly List<DeadLetter> _letters = [];
    private int _accepted;
    private int _duplicates;
    private int _count;

    /// <summary>Takes an event that was read, or why it could not be.</summary>
    /// <exception cref="ProblemException">There are more events than a request may have; or the host is busy and has counted none.</exception>
    public async ValueTask AddAsync(ReadEvent read)
    {
        if (++_count > call.Ports.Options.MaxEvents)
        {
            throw new ProblemException(new Problem(ProblemCode.BodyTooLarge, $"A request may have at most {call.Ports.Options.MaxEvents} events."));
        }

        if (read.Event is null)
        {
            Reject(read.Index, null, read.Problem!.Code, Describe(read.Problem), read.Raw ?? "");
        }
        else
        {
            _part.Add(read.Event);
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

    /// <summary>Takes in what is left, keeps what can't be counted, and says what became of it all.</summary>
    public async ValueTask<EventsAnswer> FinishAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        return new EventsAnswer { Accepted = _accepted, Duplicates = _duplicates, Rejected = _rejected, EventIds = _made };
    }

    /// <summary>What is wrong with an event, in a line.</summary>
    public static string Describe(Problem problem) => problem.Errors.IsEmpty
        ? problem.Detail
        : string.Join("; ", problem.Errors.Select(error => $"{(error.Pointer.Length == 0 ? "the event" : error.Pointer)} {error.Detail}"));

    private async ValueTask FlushAsync()
    {
        if (_part.Count > 0)
        {
            var result = await call.Ports.Events.TakeAsync(_part, call.Aborted).ConfigureAwait(false);
            var isFirst = _accepted + _duplicates == 0;
            if (isFirst && result.Rejected.Count == _part.Count && result.Rejected.All(rejected => rejected.Code == IntakeResult.Busy))
            {
                // Nothing was counted: the caller may send all of it again.
                throw new ProblemException(Answers.Busy);
            }

            _accepted += result.Accepted;
            _duplicates += result.Duplicates;
            foreach (var rejected in result.Rejected)
            {
                var payload = JsonSerializer.Serialize(EventDocument.Of(rejected.Event), ApiJson.Default.EventDocument);
                Reject(rejected.Event.Index, rejected.Event.EventId, rejected.Code, rejected.Detail, payload);
            }

            _part.Clear();
        }

        if (_letters.Count > 0)
        {
            await call.Ports.DeadLetters.AddAsync(_letters.ToArray(), call.Aborted).ConfigureAwait(false);
            _letters.Clear();
        }
    }

    private void Reject(int index, string? eventId, string code, string detail, string payload)
    {
        _rejected.Add(new RejectedView(index, eventId, code, detail));
        _letters.Add(new DeadLetter(NewId.DeadLetter(call.Now), call.Now, code, detail, payload));
    }
}
