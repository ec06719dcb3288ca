namespace Metering;

/// <summary>Who is who: licenses by id, by key and by tenant. What a license may use is in its state, not here.</summary>
public interface ILicenseDirectory
{
    /// <summary>Most licenses of a tenant that one look-up by feature reads.</summary>
    const int MaxHolders = 100_000;

    /// <summary>Adds a license; durable when it returns. One that is there with the same id stays as it is.</summary>
    /// <returns>The license with that id.</returns>
    ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken);

    /// <summary>
    /// Notes which features a license has (see <see cref="NoteFeaturesAsync"/>), adds it, then remembers the answer to the call that made
    /// it, as <see cref="IRequestMemory"/> does; durable when it returns. A host may do all of it in one step. After a failure the last of
    /// it may be missing, but never what comes before something that is there.
    /// </summary>
    /// <param name="license">The license.</param>
    /// <param name="features">Its features.</param>
    /// <param name="answer">The answer; null: none is to be remembered. Where the license was there already, it is not.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The license with that id.</returns>
    ValueTask<LicenseRecord> AddAsync(
        LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken);

    /// <summary>
    /// Changes what is known of a license (its key's hash included), one change at a time, so that none takes back what another did;
    /// durable when it returns. <paramref name="change"/> must be pure: it may be called again when another change came first. What it
    /// returns as it was is not written.
    /// </summary>
    /// <returns>The license as it is then; null when there is none.</returns>
    ValueTask<LicenseRecord?> ChangeAsync(string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken);

    /// <summary>A license by id; null when there is none.</summary>
    ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken);

    /// <summary>
    /// The id of the license whose key has this SHA-256 hash (lower-case hex); null when there is none. A deleted license's key is none.
    /// </summary>
    ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken);

    /// <summary>
    /// Licenses in the order of their ids, of one tenant or of all, as they are shown. Deleted licenses are not in it. What it shows is
    /// what the last change left that was answered before it was asked for, or newer.
    /// </summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    ValueTask<Page<ListedLicense>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The next licenses in the order of their ids, of one tenant or of all, deleted ones included: for whoever goes over all evidence.
    /// </summary>
    /// <param name="tenantId">The tenant; null: all.</param>
    /// <param name="afterId">The last id of the step before; null: from the first.</param>
    /// <param name="limit">Most licenses of a step, 1 to <see cref="Page{T}.MaxSize"/>; fewer only at the end.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
        string? tenantId, string? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Notes which features a license has or had; durable when it returns. Of each feature that is named, what was noted of the same
    /// license before is replaced; of one that is not named, it stays. (A license never forgets that it had a feature, so it names all.)
    /// A note that is older than what was noted of the license changes none of that, be it written by another instance.
    /// A host may write a long note in parts; one that broke off between them is made good by the next.
    /// </summary>
    ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken);

    /// <summary>
    /// The licenses of a tenant that have or had a feature, deleted ones included, by the time of their creation and then by id: for a
    /// report. Of the <see cref="MaxHolders"/> oldest ones.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="featureCode">The feature's code.</param>
    /// <param name="haveNow">Whether only those are wanted that have the feature now.</param>
    /// <param name="most">Most licenses.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Those of them to which an event may go. A host may leave out licenses that are younger than the <see cref="MetricHolder.HeldFrom"/>
    /// of an older one, and may prefer this look-up to reports, because no event counts without it.
    /// </summary>
    ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(string tenantId, string featureCode, CancellationToken cancellationToken) =>
        HoldersAsync(tenantId, featureCode, haveNow: false, MaxHolders, cancellationToken);
}
