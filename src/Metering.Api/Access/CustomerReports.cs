namespace Metering.Api;

/// <summary>
/// Limits how many reports one customer has read at once: with a token of one tenant, or with view tokens of one license. A report may read
/// a million entries, so one customer could keep all others' reports waiting. An operator's own are not limited.
/// </summary>
internal sealed class CustomerReports
{
    /// <summary>Most reports at once in this process.</summary>
    public const int MaxAtOnce = 4;

    private static readonly Problem TooMany = Answers.Busy with
    {
        Detail = $"{MaxAtOnce} reports for this tenant or license are being read, and no more are read at once. Try again later.",
    };

    // Only of those who have one read now, so it is no larger than the requests that are under way.
    private readonly Dictionary<(string? TenantId, string? LicenseId), int> _running = [];
    private readonly Lock _turn = new();

    /// <summary>Lets a caller have a report read, or tells it to come back.</summary>
    /// <returns>What to dispose once the report is read; null where the caller is not limited.</returns>
    /// <exception cref="ProblemException">503: as many are being read as may be read at once.</exception>
    public IDisposable? Begin(Caller caller)
    {
        var customer = (caller.TenantId, caller.ViewedLicenseId);
        if (customer is (null, null))
        {
            return null;
        }

        lock (_turn)
        {
            var running = _running.GetValueOrDefault(customer);
            _running[customer] = running < MaxAtOnce ? running + 1 : throw new ProblemException(TooMany);
        }

        return new Running(this, customer);
    }

    private void End((string? TenantId, string? LicenseId) customer)
    {
        lock (_turn)
        {
            if (--_running[customer] == 0)
            {
                _running.Remove(customer);
            }
        }
    }

    private sealed class Running(CustomerReports reports, (string? TenantId, string? LicenseId) customer) : IDisposable
    {
        public void Dispose() => reports.End(customer);
    }
}
