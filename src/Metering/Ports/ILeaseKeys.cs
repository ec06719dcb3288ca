namespace Metering;

/// <summary>The keys that sign lease tokens (ES256). A host keeps them as PKCS#8 and gives them to no one.</summary>
public interface ILeaseKeys
{
    /// <summary>The key that signs now, first, and the older ones whose tokens may still stand. Never empty.</summary>
    ValueTask<IReadOnlyList<LeaseKey>> ReadAsync(CancellationToken cancellationToken);
}
