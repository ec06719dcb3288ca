namespace Metering.Client;

/// <summary>What a leased meter asks the meter.</summary>
internal sealed class LeaseCalls(MeterHttp http, LeasedMeterOptions options)
{
    private const string Leases = "api/v1/license/leases";
    private const string HoldNotFound = "hold_not_found";

    private readonly string _feature = options.FeatureCode!;

    /// <summary>Asks for a lease.</summary>
    /// <returns>The lease, or the answer that refused it.</returns>
    /// <exception cref="MeteringProblemException">The request as such was wrong.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public async Task<(LeaseAnswer? Lease, UsageAnswer? Refused)> TakeAsync(AskedLease asked, CancellationToken stop)
    {
        using var call = ClientCall.Begin("lease", _feature);
        try
        {
            var (lease, refused) = await SendAsync(asked, stop).ConfigureAwait(false);
            call.Answered(lease is not null, refused?.Refusal?.Code);
            return (lease, refused);
        }
        catch (MeteringException failure)
        {
            call.Failed(failure);
            throw;
        }
    }

    /// <summary>Tells the meter what was spent of a lease, and closes it if it says so.</summary>
    /// <returns>How the feature stands; null when the meter has forgotten the lease.</returns>
    /// <exception cref="MeteringProblemException">The request as such was wrong.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public async Task<UsageAnswer?> SyncAsync(LeaseReport report, CancellationToken stop)
    {
        try
        {
            // Steps count by their event ids and closing twice is closing once, so the key need not outlive the call.
            return await http.UseAsync(
                $"{Leases}/{report.Lease.Id}/sync", new LeaseSyncBody(report.Steps, report.Close), ClientJson.Default.LeaseSyncBody,
                _feature, Keys.New(), stop).ConfigureAwait(false);
        }
        catch (MeteringProblemException problem) when (problem.Code == HoldNotFound)
        {
            // It was closed so long ago that the meter has forgotten it. What was used counts all the same.
            foreach (var late in report.Steps)
            {
                var use = new UseBody(
                    _feature, late.Amount, Key: null, late.EventId, report.Lease.Fingerprint ?? options.Fingerprint, UserId: null,
                    Metadata: null, AllowPartial: null, late.OccurredAt);
                await http.UseAsync("api/v1/license/report", use, ClientJson.Default.UseBody, _feature, late.EventId, stop)
                    .ConfigureAwait(false);
            }

            return null;
        }
    }

    /// <summary>The meter's public keys (RFC 7517).</summary>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public async Task<string> KeysAsync(CancellationToken stop)
    {
        using var answer = await http.SendAsync(HttpMethod.Get, ".well-known/jwks.json", content: null, key: null, stop)
            .ConfigureAwait(false);
        await MeterHttp.ThrowIfProblemAsync(answer, stop).ConfigureAwait(false);
        return await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
    }

    private async Task<(LeaseAnswer? Lease, UsageAnswer? Refused)> SendAsync(AskedLease asked, CancellationToken stop)
    {
        var body = new LeaseBody(_feature, asked.Amount, asked.Seconds, asked.Fingerprint ?? options.Fingerprint);
        using var answer = await http.SendJsonAsync(HttpMethod.Post, Leases, body, ClientJson.Default.LeaseBody, asked.Key, stop)
            .ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
        {
            return (await MeterHttp.ReadAsync(answer, ClientJson.Default.LeaseAnswer, stop).ConfigureAwait(false), null);
        }

        var problem = await ProblemDocument.ReadAsync(answer, stop).ConfigureAwait(false);
        return (null, problem.ToRefusal(_feature) ?? throw problem.ToException());
    }
}
