namespace Metering.Client.Admin;

/// <summary>Extra allowance of a license.</summary>
public sealed class GrantsAdmin
{
    private readonly AdminHttp _http;

    internal GrantsAdmin(AdminHttp http) => _http = http;

    /// <summary>Gives extra allowance; a top-up is a grant.</summary>
    public Task<Grant> CreateAsync(
        string licenseId, NewGrant grant, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "grants"), grant, AdminJson.Default.NewGrant, AdminJson.Default.Grant,
            idempotencyKey, cancellationToken);

    /// <summary>What was given, those that are over included.</summary>
    public IAsyncEnumerable<Grant> ListAsync(
        string licenseId, string? featureCode = null, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("licenses", licenseId, "grants").With("feature_code", featureCode), AdminJson.Default.GrantPart, cancellationToken);

    /// <summary>Ends a grant: what is left of it lapses, what was used stays used.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="grantId">The grant.</param>
    /// <param name="reason">Why; kept in the ledger.</param>
    /// <param name="reference">What your books call it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task VoidAsync(
        string licenseId, string grantId, string? reason = null, string? reference = null, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(
            AdminPath.Of("licenses", licenseId, "grants", grantId).With("reason", reason).With("reference", reference), cancellationToken);
}
