namespace Metering.Api;

/// <summary>
/// Puts the overview together, and remembers it for some seconds: however many pages are open, the stores are asked once.
/// </summary>
internal sealed class OverviewReading(
    LicenseWalk walk, ILicenseDirectory directory, IDeadLetters deadLetters, IWebhooks webhooks, IMeterClock clock, RecentEvents recent,
    TimeProvider time) : IDisposable
{
    private const int MaxCount = 1_000;
    private const int MaxTenantLicenses = 100;
    private const int LatestDeliveries = 20;
    private const int MaxConcurrentReads = 16;

    /// <summary>For how long an answer is remembered.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile Known? _known;
    private (LicenseSurvey Survey, IReadOnlyList<TenantStanding> Tenants)? _counted;

    /// <summary>How everything stands.</summary>
    public async ValueTask<OverviewAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        if (_known is { } fresh && time.GetElapsedTime(fresh.At) < Freshness)
        {
            return Now(fresh.Answer);
        }

        if (!await _turn.WaitAsync(_known is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            // Somebody else makes the next one; nobody waits for it.
            return Now(_known!.Answer);
        }

        try
        {
            if (_known is { } others && time.GetElapsedTime(others.At) < Freshness)
            {
                return Now(others.Answer);
            }

            var answer = await MakeAsync(cancellationToken).ConfigureAwait(false);
            _known = new Known(answer, time.GetTimestamp());
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // What came in costs nothing to ask, so it is always of now.
    private OverviewAnswer Now(OverviewAnswer answer) => answer with { Minutes = recent.Minutes() };

    private async ValueTask<OverviewAnswer> MakeAsync(CancellationToken cancellationToken)
    {
        var (survey, isComplete) = await walk.StepAsync(cancellationToken).ConfigureAwait(false);
        var letters = await deadLetters.CountAsync(MaxCount + 1, cancellationToken).ConfigureAwait(false);
        return new OverviewAnswer(
            clock.UtcNow,
            recent.Instance,
            survey.Counts(isComplete),
            await TenantsAsync(survey, isComplete, cancellationToken).ConfigureAwait(false),
            survey.Over,
            survey.Near,
            BoundedCount.Of(letters, MaxCount),
            await WebhooksAsync(cancellationToken).ConfigureAwait(false),
            recent.Minutes());
    }

    private async ValueTask<IReadOnlyList<TenantStanding>> TenantsAsync(
        LicenseSurvey survey, bool isComplete, CancellationToken cancellationToken)
    {
        if (!isComplete)
        {
            return [.. survey.Tenants.Select(nearest => new TenantStanding(nearest.TenantId, null, nearest))];
        }

        if (_counted is not { } counted || counted.Survey != survey)
        {
            // Once for each look, and asked of the directory: a count for every tenant on the way would grow with their number.
            var tenants = await TogetherAsync(survey.Tenants, async nearest =>
            {
                var page = await directory.ListAsync(nearest.TenantId, null, MaxTenantLicenses, cancellationToken).ConfigureAwait(false);
                return new TenantStanding(nearest.TenantId, new BoundedCount(page.Items.Count, page.NextCursor is not null), nearest);
            }).ConfigureAwait(false);
            _counted = counted = (survey, tenants);
        }

        return counted.Tenants;
    }

    private async ValueTask<IReadOnlyList<WebhookHealth>> WebhooksAsync(CancellationToken cancellationToken)
    {
        var all = await webhooks.ListAsync(cancellationToken).ConfigureAwait(false);
        return await TogetherAsync(all, async webhook =>
        {
            var waiting = await webhooks.CountWaitingAsync(webhook.Id, MaxCount + 1, cancellationToken).ConfigureAwait(false);
            var latest = await webhooks.DeliveriesAsync(webhook.Id, null, LatestDeliveries, cancellationToken).ConfigureAwait(false);
            var failed = latest.Items.FirstOrDefault(delivery => delivery.LastError is not null);
            return new WebhookHealth(
                webhook.Id, webhook.Url, webhook.DisabledReason is null, webhook.DisabledReason, webhook.DisabledAt,
                BoundedCount.Of(waiting, MaxCount),
                failed is null ? null : new WebhookFailure(failed.Id, failed.LastAttemptAt, failed.LastStatus, failed.LastError!));
        }).ConfigureAwait(false);
    }

    private static async ValueTask<IReadOnlyList<TOut>> TogetherAsync<TIn, TOut>(IEnumerable<TIn> items, Func<TIn, Task<TOut>> read)
    {
        var results = new List<TOut>();
        foreach (var part in items.Chunk(MaxConcurrentReads))
        {
            results.AddRange(await Task.WhenAll(part.Select(read)).ConfigureAwait(false));
        }

        return results;
    }

    private sealed record Known(OverviewAnswer Answer, long At);
}
