using System.Text;

namespace Metering.Api;

/// <summary>Events that could not be counted (rule 10).</summary>
internal sealed class DeadLetterHandlers(IDeadLetters deadLetters, IEventIntake intake)
{
    public async Task ListAsync(ApiCall call)
    {
        var limit = Paging.Limit(call);
        var page = await Paging.ReadAsync(cursor => deadLetters.ListAsync(cursor, limit, call.Aborted), call.Query("cursor"))
            .ConfigureAwait(false);
        await Paging.SendAsync(call, page.Items, page.NextCursor, ApiJson.Default.DeadLetter).ConfigureAwait(false);
    }

    /// <summary>Tries to count a dead letter's event again. Where it still can't be counted, the letter stays.</summary>
    public async Task RetryAsync(ApiCall call)
    {
        var letter = await deadLetters.FindAsync(call.Path("id"), call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(new Problem(ProblemCode.DeadLetterNotFound, "There is no such dead letter."));
        var payload = Encoding.UTF8.GetBytes(letter.Payload);
        var read = CloudEventReader.IsStructured(payload) ? CloudEventReader.Read(payload, 0) : EventReader.Read(payload, 0);
        if (read.MadeId)
        {
            // The letter's own id, so that a retry that is repeated counts once.
            read = read with { Event = read.Event! with { EventId = letter.Id } };
        }

        // An event that says no time happened when it came, as far as its license is concerned.
        if (read.Event is { } usage)
        {
            read = read with { Event = usage with { ReceivedAt = letter.ReceivedAt } };
        }

        // Counted first, removed then. After a crash in between the retry is a duplicate (rule 8); the other way round the event would be
        // lost (rule 10).
        var answer = await EventHandlers.TakeOneAsync(intake, read, call.Aborted).ConfigureAwait(false);
        await deadLetters.RemoveAsync(letter.Id, call.Aborted).ConfigureAwait(false);
        await EventHandlers.SendAsync(call, answer).ConfigureAwait(false);
    }
}
