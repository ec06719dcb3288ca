namespace Metering;

/// <summary>Keeps features and plan versions.</summary>
public interface ICatalogStore
{
    /// <summary>The catalog as it stands. Hosts may serve it from memory.</summary>
    ValueTask<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the catalog by what <paramref name="change"/> makes of it, one change at a time; durable when it returns.
    /// <paramref name="change"/> must be pure: it may be called again when another change came first.
    /// </summary>
    ValueTask<CatalogSnapshot> ChangeAsync(Func<CatalogSnapshot, CatalogSnapshot> change, CancellationToken cancellationToken);
}
