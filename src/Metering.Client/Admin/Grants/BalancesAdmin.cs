namespace Metering.Client.Admin;

/// <summary>Prepaid accounts of a license, that priced use draws on.</summary>
public sealed class BalancesAdmin
{
    private readonly AdminHttp _http;

    internal BalancesAdmin(AdminHttp http) => _http = http;

    /// <summary>Opens an account in a unit that it has none in.</summary>
    public Task<Balance> OpenAsync(
        string licenseId, NewBalance balance, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "balances"), balance, AdminJson.Default.NewBalance, AdminJson.Default.Balance,
            idempotencyKey, cancellationToken);

    /// <summary>Its accounts, by unit.</summary>
    public IAsyncEnumerable<Balance> ListAsync(string licenseId, CancellationToken cancellationToken = default) =>
        _http.ListAsync(AdminPath.Of("licenses", licenseId, "balances"), AdminJson.Default.BalancePart, cancellationToken);

    /// <summary>Changes whether an account may fall below zero, and below what <c>balance_low</c> is signalled.</summary>
    public Task<Balance> ChangeAsync(
        string licenseId,
        string unit,
        BalanceChange change,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            HttpMethod.Patch, AdminPath.Of("licenses", licenseId, "balances", unit), change,
            AdminJson.Default.BalanceChange, AdminJson.Default.Balance, idempotencyKey, cancellationToken);

    /// <summary>Pays credit in.</summary>
    public Task<Balance> TopUpAsync(
        string licenseId, string unit, Credit credit, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "balances", unit, "top-up"), credit, AdminJson.Default.Credit, AdminJson.Default.Balance,
            idempotencyKey, cancellationToken);

    /// <summary>Pays credit out.</summary>
    public Task<Balance> WithdrawAsync(
        string licenseId, string unit, Credit credit, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "balances", unit, "withdraw"), credit,
            AdminJson.Default.Credit, AdminJson.Default.Balance,
            idempotencyKey, cancellationToken);

    /// <summary>Refuses all use that is paid from the account, until it is resumed.</summary>
    public Task<Balance> SuspendAsync(
        string licenseId,
        string unit,
        CorrectionNote? note = null,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "balances", unit, "suspend"), note ?? new CorrectionNote(),
            AdminJson.Default.CorrectionNote, AdminJson.Default.Balance,
            idempotencyKey, cancellationToken);

    /// <summary>Lets use be paid from it again.</summary>
    public Task<Balance> ResumeAsync(
        string licenseId,
        string unit,
        CorrectionNote? note = null,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("licenses", licenseId, "balances", unit, "resume"), note ?? new CorrectionNote(),
            AdminJson.Default.CorrectionNote, AdminJson.Default.Balance,
            idempotencyKey, cancellationToken);
}
