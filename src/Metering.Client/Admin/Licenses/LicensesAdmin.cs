namespace Metering.Client.Admin;

/// <summary>Licenses: made, changed, suspended, ended, and the features assigned to them.</summary>
public sealed class LicensesAdmin
{
    private readonly AdminHttp _http;

    internal LicensesAdmin(AdminHttp http) => _http = http;

    /// <summary>Makes a license. The answer has its key, which is shown this once.</summary>
    /// <param name="license">Whose it is, and what it has.</param>
    /// <param name="idempotencyKey">What makes a repeat of the call the same call; null: the client makes one.</param>
    /// <param name="cancellationToken">Stops the wait; the license may be there.</param>
    public Task<License> CreateAsync(NewLicense license, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses"), license, AdminJson.Default.NewLicense, AdminJson.Default.License,
            idempotencyKey, cancellationToken);

    /// <summary>One license; also one that was deleted, as its status then says.</summary>
    public Task<License> GetAsync(string licenseId, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("licenses", licenseId), AdminJson.Default.License, cancellationToken);

    /// <summary>All licenses, or those of one tenant.</summary>
    public IAsyncEnumerable<License> ListAsync(string? tenantId = null, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("licenses").With("tenant_id", tenantId), AdminJson.Default.LicensePart, cancellationToken);

    /// <summary>Changes plan, expiry or metadata.</summary>
    public Task<License> ChangeAsync(
        string licenseId, LicenseChange change, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            HttpMethod.Patch, AdminPath.Of("licenses", licenseId), Body(change), AdminJson.Default.LicensePatchBody, AdminJson.Default.License,
            idempotencyKey, cancellationToken);

    /// <summary>Stops all use of it, until it is resumed.</summary>
    public Task<License> SuspendAsync(string licenseId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(AdminPath.Of("licenses", licenseId, "suspend"), AdminJson.Default.License, idempotencyKey, cancellationToken);

    /// <summary>Lets a suspended license be used again.</summary>
    public Task<License> ResumeAsync(string licenseId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(AdminPath.Of("licenses", licenseId, "resume"), AdminJson.Default.License, idempotencyKey, cancellationToken);

    /// <summary>Ends a license for good. Its evidence is kept.</summary>
    public Task DeleteAsync(string licenseId, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(AdminPath.Of("licenses", licenseId), cancellationToken);

    /// <summary>Gives it a new key, which the answer has; the old one stops at once.</summary>
    public Task<License> RotateKeyAsync(
        string licenseId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(AdminPath.Of("licenses", licenseId, "rotate-key"), AdminJson.Default.License, idempotencyKey, cancellationToken);

    /// <summary>
    /// Makes a token with which its customer may see how it stands, and nothing else. It ends with its time, and with the license's key.
    /// </summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="lifetime">How long it is good, in whole seconds; null: 15 minutes. The meter has a maximum, 24 hours by default.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<ViewToken> CreateViewTokenAsync(
        string licenseId, TimeSpan? lifetime = null, CancellationToken cancellationToken = default) =>
        _http.SendAsync(
            HttpMethod.Post, AdminPath.Of("licenses", licenseId, "view-tokens"), new ViewTokenBody((int?)lifetime?.TotalSeconds),
            AdminJson.Default.ViewTokenBody, AdminJson.Default.ViewToken, cancellationToken);

    /// <summary>The features that it has, from plans and assigned.</summary>
    public IAsyncEnumerable<AssignedFeature> ListFeaturesAsync(string licenseId, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("licenses", licenseId, "features"), AdminJson.Default.AssignedFeaturePart, cancellationToken);

    /// <summary>Assigns a feature; its terms win over those of a plan.</summary>
    public Task<AssignedFeature> AssignFeatureAsync(
        string licenseId, Assignment assignment, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "features"), assignment, AdminJson.Default.Assignment, AdminJson.Default.AssignedFeature,
            idempotencyKey, cancellationToken);

    /// <summary>Takes an assigned feature away; where a plan gives it too, the plan's terms hold again.</summary>
    public Task UnassignFeatureAsync(string licenseId, string featureCode, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(AdminPath.Of("licenses", licenseId, "features", featureCode), cancellationToken);

    /// <summary>What reservations and leases set aside of its allowance now.</summary>
    public IAsyncEnumerable<OpenHold> ListHoldsAsync(string licenseId, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("licenses", licenseId, "holds"), AdminJson.Default.OpenHoldPart, cancellationToken);

    /// <summary>The machines that are registered on it, by fingerprint.</summary>
    public IAsyncEnumerable<Machine> ListMachinesAsync(string licenseId, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("licenses", licenseId, "machines"), AdminJson.Default.MachinePart, cancellationToken);

    private static LicensePatchBody Body(LicenseChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.ToBody();
    }
}
