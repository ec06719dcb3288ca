namespace Metering.Client.Admin;

/// <summary>The use of one license: how it stands, and corrections to it.</summary>
public sealed class UsageAdmin
{
    private readonly AdminHttp _http;

    internal UsageAdmin(AdminHttp http) => _http = http;

    /// <summary>Every feature and balance of a license.</summary>
    public Task<LicenseStanding> GetAsync(string licenseId, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("licenses", licenseId, "usage"), AdminJson.Default.LicenseStanding, cancellationToken);

    /// <summary>Begins a new count, or adds to the allowance (<see cref="UsageReset.TopUp"/>).</summary>
    public Task<UsageAnswer> ResetAsync(
        string licenseId, UsageReset reset, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "usage", "reset"), reset, AdminJson.Default.UsageReset, AdminJson.Default.UsageAnswer,
            idempotencyKey, cancellationToken);

    /// <summary>Takes use back.</summary>
    public Task<UsageAnswer> DecrementAsync(
        string licenseId, UsageDecrement decrement, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "usage", "decrement"), decrement, AdminJson.Default.UsageDecrement, AdminJson.Default.UsageAnswer,
            idempotencyKey, cancellationToken);

    /// <summary>Lets a feature that a tier suspended be used again.</summary>
    public Task<UsageAnswer> ResumeAsync(
        string licenseId, UsageResume resume, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "usage", "resume"), resume, AdminJson.Default.UsageResume, AdminJson.Default.UsageAnswer,
            idempotencyKey, cancellationToken);
}
