namespace Metering.Api;

/// <summary>What was looked up for the events of one batch. Not for several threads at once.</summary>
public sealed class EventLookUps
{
    private readonly Dictionary<(string TenantId, string Metric), TenantHolders?> _done = [];
    private StoreUnavailableException? _lost;

    internal bool TryGet(string tenantId, string metric, out TenantHolders? holders) => _done.TryGetValue((tenantId, metric), out holders);

    internal void Add(string tenantId, string metric, TenantHolders? holders) => _done[(tenantId, metric)] = holders;

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
