using Metering.Api;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Places for the attempts of this instance, a few for each webhook. Without them, a slow receiver could hold all activities of the
/// instance, for which other webhooks, exports and retention then wait.
/// </summary>
internal sealed class DeliveryGate(IOptions<WebhookOptions> options)
{
    /// <summary>Most places of a webhook: half of the activities that an instance runs at once (host.json).</summary>
    public const int MaxPlaces = 10;

    private readonly Lock _turn = new();

    // Of webhooks with attempts under way only, so there are never more of them than activities.
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);

    /// <summary>Takes a place, which is given back when it is disposed of; null when there is none.</summary>
    public IDisposable? TryEnter(string webhookId)
    {
        lock (_turn)
        {
            var taken = _taken.GetValueOrDefault(webhookId);
            if (taken >= Math.Min(options.Value.Concurrency, MaxPlaces))
            {
                return null;
            }

            _taken[webhookId] = taken + 1;
            return new Place(this, webhookId);
        }
    }

    private void Leave(string webhookId)
    {
        lock (_turn)
        {
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
