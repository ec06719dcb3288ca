using System.Text.Json;

namespace Metering.Api;

/// <summary>
/// Looks at all licenses again and again, a second at a time, as long as somebody asks: so no request does more than that, and of few
/// licenses every answer is new. One request at a time.
/// </summary>
internal sealed class LicenseWalk(
    ILicenseDirectory directory, ILicenseMeters meters, IMeterClock clock, MeterRules rules, TimeProvider time)
{
    private const int PageSize = 250;

    /// <summary>How long one request works on it; it ends with the page that it has begun, and reads at least one.</summary>
    public static readonly TimeSpan StepTime = TimeSpan.FromSeconds(1);

    // At most a tenth of the time goes into looks, however many licenses there are.
    private const int Rests = 9;

    private LicenseSurvey? _complete;
    private LicenseSurvey? _walked;
    private string? _cursor;
    private TimeSpan _spent;
    private long _ended;

    /// <summary>
    /// Goes on for a while. What is shown is the last look that was complete, or as long as there is none, the part of the first.
    /// </summary>
    public async ValueTask<(LicenseSurvey Survey, bool IsComplete)> StepAsync(CancellationToken cancellationToken)
    {
        if (_complete is { } rested && _walked is null && time.GetElapsedTime(_ended) < Rests * _spent)
        {
            return (rested, true);
        }

        if (_walked is null)
        {
            (_walked, _cursor, _spent) = (new LicenseSurvey(clock.UtcNow), null, TimeSpan.Zero);
        }

        var begun = time.GetTimestamp();
        bool isOver;
        do
        {
            // Before the time is looked at: on a machine that is very busy it may be over at once, and nothing would be seen at all.
            isOver = await PageAsync(_walked, cancellationToken).ConfigureAwait(false);
        }
        while (!isOver && time.GetElapsedTime(begun) < StepTime);

        _spent += time.GetElapsedTime(begun);
        if (isOver)
        {
            (_complete, _walked, _ended) = (_walked, null, time.GetTimestamp());
        }

        return _complete is { } complete ? (complete, true) : (_walked!, false);
    }

    private async ValueTask<bool> PageAsync(LicenseSurvey survey, CancellationToken cancellationToken)
    {
        var page = await directory.ListAsync(null, _cursor, PageSize, cancellationToken).ConfigureAwait(false);
        string[] ids = [.. page.Items.Select(license => license.Id)];
        try
        {
            Add(survey, await meters.ReadManyAsync(ids, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception damaged) when (IsDamage(damaged))
        {
            // One of them; the others must be seen all the same.
            await AddEachAsync(survey, ids, cancellationToken).ConfigureAwait(false);
        }

        // After the whole page: a request that is given up in between leaves it to the next.
        _cursor = page.NextCursor;
        return page.NextCursor is null;
    }

    private async ValueTask AddEachAsync(LicenseSurvey survey, string[] ids, CancellationToken cancellationToken)
    {
        var states = new List<LicenseState?>(ids.Length);
        var unreadable = 0;
        foreach (var id in ids)
        {
            try
            {
                states.Add(await meters.ReadAsync(id, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception damaged) when (IsDamage(damaged))
            {
                unreadable++;
            }
        }

        Add(survey, states);
        for (; unreadable > 0; unreadable--)
        {
            survey.AddUnreadable();
        }
    }

    private void Add(LicenseSurvey survey, IEnumerable<LicenseState?> states)
    {
        var now = clock.UtcNow;
        foreach (var state in states)
        {
            // None: its creation was broken off before its state.
            if (state is not null)
            {
                survey.Add(state, now, rules);
            }
        }
    }

    private static bool IsDamage(Exception fault) => fault is InvalidDataException or UnknownFormatException or JsonException;
}
