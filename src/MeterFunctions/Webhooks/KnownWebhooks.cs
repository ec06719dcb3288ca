using Metering;

namespace MeterFunctions.Webhooks;

/// <summary>The webhooks, read from the table once in a while, for the counters that signal them.</summary>
internal sealed class KnownWebhooks(TableWebhooks webhooks, TimeProvider time)
{
    /// <summary>For so long a new or changed webhook may not be known to a counter.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);

    private volatile Known _known = new([], DateTimeOffset.MinValue);

    /// <summary>The webhooks as they were a moment ago.</summary>
    public async ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken)
    {
        var known = _known;
        var now = time.GetUtcNow();
        if (now >= known.Until)
        {
            // Two may read at the same time; they read the same.
            _known = known = new Known(await webhooks.ListAsync(cancellationToken).ConfigureAwait(false), now + Keep);
        }

        return known.Webhooks;
    }

    private sealed record Known(IReadOnlyList<Webhook> Webhooks, DateTimeOffset Until);
}
