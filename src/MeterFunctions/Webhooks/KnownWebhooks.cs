using Metering;

namespace MeterFunctions.Webhooks;

/// <summary>
/// The webhooks, read from the table once in a while and when this instance has changed them, for the counters that signal them.
/// </summary>
internal sealed class KnownWebhooks(TableWebhooks webhooks, TimeProvider time)
{
    /// <summary>For so long a webhook that another instance made or changed may not be known to a counter.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);

    // In memory, or each commit with signals would cost one read of the storage more.
    private volatile Known _known = new([], -1, DateTimeOffset.MinValue);

    /// <summary>The webhooks as they were a moment ago.</summary>
    public async ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken)
    {
        var known = _known;
        var now = time.GetUtcNow();
        var revision = webhooks.Revision;
        if (now >= known.Until || revision != known.Revision)
        {
            // Two may read at the same time; they read the same.
            _known = known = new Known(await webhooks.ListAsync(cancellationToken).ConfigureAwait(false), revision, now + Keep);
        }

        return known.Webhooks;
    }

    private sealed record Known(IReadOnlyList<Webhook> Webhooks, int Revision, DateTimeOffset Until);
}
