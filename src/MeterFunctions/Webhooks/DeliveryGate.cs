using Metering.Api;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Places for the attempts of this instance, a few for each webhook and not all of the activities for all of them. Without them, slow
/// receivers could hold every activity of the instance, for which other webhooks, exports and retention then wait.
/// </summary>
internal sealed class DeliveryGate(IOptions<WebhookOptions> options)
{
    /// <summary>Most places of a webhook: half of the activities that an instance runs at once (host.json).</summary>
    public const int MaxPlaces = 10;

    /// <summary>Most places of all webhooks: three quarters of the activities. The rest is for exports, retention and the like.</summary>
    public const int MaxAllPlaces = 15;

    private readonly Lock _turn = new();

    // Of webhooks with attempts under way only, so there are never more of them than activities.
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Takes a place, which is given back when it is disposed of; null when there is none.</summary>
    public IDisposable? TryEnter(string webhookId)
    {
        lock (_turn)
        {
            var taken = _taken.GetValueOrDefault(webhookId);

            // The last places go to webhooks that have none: two receivers that are slow would otherwise leave nothing to the quick ones.
            if (taken >= Math.Min(options.Value.Concurrency, MaxPlaces) || _all >= (taken == 0 ? MaxAllPlaces : MaxPlaces))
            {
                return null;
            }

            _taken[webhookId] = taken + 1;
            _all++;
            return new Place(this, webhookId);
        }
    }

    private void Leave(string webhookId)
    {
        lock (_turn)
        {
            _all--;
            if (--_taken[webhookId] == 0)
            {
                _taken.Remove(webhookId);
            }
        }
    }

    private sealed class Place(DeliveryGate gate, string webhookId) : IDisposable
    {
        public void Dispose() => gate.Leave(webhookId);
    }
}
