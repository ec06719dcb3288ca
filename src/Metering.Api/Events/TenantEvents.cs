namespace Metering.Api;

/// <summary>
/// Keeps the events of one request to the tenant of its token. What is refused here is not kept as a dead letter: whoever retries all
/// letters of a kind would count it for the other tenant. The same holds for what can't be read: nobody knows whose it is until a retry
/// reads it after all, such as a CloudEvent that came as a plain event.
/// </summary>
internal sealed class TenantEvents(TenantGate gate, string tenantId)
{
    // The events of a batch name few licenses, and each is a look-up. It holds as many as the batch may have events.
    private readonly Dictionary<string, bool> _licenses = new(StringComparer.Ordinal);

    /// <summary>Why the token may not send an event; null when it may.</summary>
    public async ValueTask<RejectedEvent?> WhyNotAsync(UsageEvent usage, CancellationToken cancellationToken)
    {
        if (usage.TenantId is { } named && named != tenantId)
        {
            // The same whether there is such a tenant or not.
            return new RejectedEvent(usage, ProblemCode.Forbidden, $"The token may send events of the tenant {tenantId} only.");
        }

        if (usage.LicenseId is { } licenseId && !await IsOwnAsync(licenseId, cancellationToken).ConfigureAwait(false))
        {
            return new RejectedEvent(usage, RefusalCode.LicenseNotFound, Problem.NoLicense(licenseId).Detail);
        }

        return null;
    }

    /// <summary>
    /// An event that the token may send, with the token's tenant where it names only a license: so its dead letter has a tenant, also where
    /// a stream lies between. It still counts on the license that it names.
    /// </summary>
    public UsageEvent WithTenant(UsageEvent usage) => usage.TenantId is null ? usage with { TenantId = tenantId } : usage;

    /// <summary>
    /// What the live tail shows of an event that was refused here: it is the token's tenant's, whomever it names, so that nobody writes
    /// into another tenant's tail.
    /// </summary>
    /// <param name="usage">The event; null where it could not be read.</param>
    /// <param name="code">Why it was refused.</param>
    public RecentEvent Noted(UsageEvent? usage, string code) =>
        RecentEvent.Of(usage, RecentSource.Events, RecentOutcome.Rejected, code) with { TenantId = tenantId, LicenseId = null };

    private async ValueTask<bool> IsOwnAsync(string licenseId, CancellationToken cancellationToken)
    {
        if (!_licenses.TryGetValue(licenseId, out var isOwn))
        {
            isOwn = await gate.IsOfAsync(tenantId, licenseId, cancellationToken).ConfigureAwait(false);
            _licenses.Add(licenseId, isOwn);
        }

        return isOwn;
    }
}
