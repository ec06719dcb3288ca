namespace Metering.Api;

/// <summary>
/// The ids of the letters of requests. An event with an id of its own leaves one letter, however often it is sent: a batch of which a part
/// was busy comes again as a whole, until all of it is taken.
/// </summary>
/// <remarks>
/// Ids of letters rise with the time of their first arrival, which the event does not tell. So the first letter's id is remembered, for as
/// long as the id of an event that was counted is.
/// </remarks>
internal sealed class LetterIds(IRequestMemory requests)
{
    private const int MaxConcurrent = 16;

    /// <summary>The letters, each with its id.</summary>
    /// <param name="letters">The letters with new ids, each with what names its event; null: nothing does, and the id stays.</param>
    public async ValueTask<IReadOnlyList<DeadLetter>> OfAsync(IReadOnlyList<(DeadLetter Letter, string? Name)> letters)
    {
        var known = new List<DeadLetter>(letters.Count);
        foreach (var part in letters.Chunk(MaxConcurrent))
        {
            known.AddRange(await Task.WhenAll(part.Select(one => OfAsync(one.Letter, one.Name))).ConfigureAwait(false));
        }

        return known;
    }

    private async Task<DeadLetter> OfAsync(DeadLetter letter, string? name)
    {
        if (name is null)
        {
            return letter;
        }

        // No route has this name, so no call's key is the same.
        var first = await requests
            .RememberAsync("dead-letter " + name, new RememberedRequest(name, 0, letter.Id), CancellationToken.None).ConfigureAwait(false);
        return letter with { Id = first.Body };
    }
}
