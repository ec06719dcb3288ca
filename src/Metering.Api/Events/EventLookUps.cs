namespace Metering.Api;

/// <summary>What was looked up for the events of one batch. Not for several threads at once.</summary>
public sealed class EventLookUps
{
    private readonly HashSet<(string TenantId, string Metric)> _done = [];
    private StoreUnavailableException? _lost;

    internal bool Has(string tenantId, string metric) => _done.Contains((tenantId, metric));

    internal void Add(string tenantId, string metric) => _done.Add((tenantId, metric));

    // A storage that was not there for one event is not asked again for each of a thousand others.
    internal void Lose(StoreUnavailableException lost) => _lost = lost;

    internal void ThrowIfLost()
    {
        if (_lost is not null)
        {
            throw new StoreUnavailableException(_lost.Message, _lost);
        }
    }
}
