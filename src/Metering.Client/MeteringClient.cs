using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Client;

/// <summary>
/// The meter, for the software that holds a license: may I, I am using this, I have used this. Safe for many threads; make one and keep it.
/// </summary>
/// <remarks>
/// Refused use is an answer, not an exception. What can be wrong besides is a <see cref="MeteringProblemException"/> (the request) or a
/// <see cref="MeteringUnavailableException"/> (the meter was away, after all tries); with a queue, also that it is full
/// (<see cref="MeteringQueueFullException"/>) or can't be written. All of them are a <see cref="MeteringException"/>. Every try of a call
/// carries the same key, so it counts once.
/// </remarks>
public sealed class MeteringClient : IAsyncDisposable
{
    private const string Root = "api/v1/license/";

    private readonly MeterHttp _http;
    private readonly OfflineUses? _offline;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;

    /// <summary>A client with a connection pool of its own.</summary>
    /// <param name="options">Where the meter is, and what to do without it.</param>
    /// <param name="log">Where to tell what happens unseen: uses kept, sent later, or not taken by the meter.</param>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    /// <exception cref="MeteringException">The queue's directory is in use by another process, or can't be read or written.</exception>
    public MeteringClient(MeteringClientOptions options, ILogger<MeteringClient>? log = null)
        : this(options, NewHttp(options), TimeProvider.System, log)
    {
    }

    internal MeteringClient(MeteringClientOptions options, HttpClient http, TimeProvider clock, ILogger? log)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _log = log ?? NullLogger<MeteringClient>.Instance;
        _clock = clock;
        _http = new MeterHttp(http, options.Address!, new AuthenticationHeaderValue("License", options.LicenseKey));
        if (options.QueueDirectory is { } directory)
        {
            _offline = new OfflineUses(this, options, directory, clock, _log);
        }
    }

    /// <summary>A client over connections that others share, and without a queue.</summary>
    internal MeteringClient(MeterHttp http, TimeProvider clock, ILogger log) => (_http, _clock, _log) = (http, clock, log);

    /// <summary>How many uses wait on the disk for the meter to be back.</summary>
    public long WaitingUses => _offline?.Count ?? 0;

    /// <summary>Enforces and counts, in one step: all of the amount, or nothing.</summary>
    /// <param name="featureCode">The feature.</param>
    /// <param name="amount">In the feature's unit; what it means is said by the metric type (a delta, a reading).</param>
    /// <param name="details">What else is to be said of it.</param>
    /// <param name="cancellationToken">Ends the wait; the amount may have counted.</param>
    /// <returns>The use that was counted, or its refusal.</returns>
    /// <exception cref="MeteringProblemException">The request as such was wrong: the key, the amount, a field.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away, and use without it is not allowed.</exception>
    /// <exception cref="MeteringQueueFullException">The meter was away, and the queue is full.</exception>
    /// <exception cref="MeteringException">The meter was away, and the queue can't be written.</exception>
    public async Task<UsageAnswer> ConsumeAsync(
        string featureCode, decimal amount = 1, UseDetails? details = null, CancellationToken cancellationToken = default)
    {
        details ??= new UseDetails();
        var key = details.IdempotencyKey ?? Keys.New();
        var body = Body(featureCode, amount, details) with { AllowPartial = details.AllowPartial ? true : null };
        try
        {
            return await _http.UseAsync(Root + "consume", body, ClientJson.Default.UseBody, featureCode, key, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (MeteringUnavailableException) when (_offline is not null)
        {
            if (_offline.Consume(key, details.IdempotencyKey is not null, body) is { } kept)
            {
                return kept;
            }

            throw;
        }
    }

    /// <summary>Says what a consume would answer now. Counts nothing.</summary>
    /// <param name="featureCode">The feature.</param>
    /// <param name="amount">In the feature's unit.</param>
    /// <param name="key">Which source a keyed feature's reading is of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeteringProblemException">The request as such was wrong.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public async Task<UsageAnswer> CheckAsync(
        string featureCode, decimal amount = 1, string? key = null, CancellationToken cancellationToken = default)
    {
        var body = new CheckBody(featureCode, amount, key);
        return await _http.UseAsync(
            Root + "check", body, ClientJson.Default.CheckBody, featureCode, key: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts use that has already happened: never refused for quota.</summary>
    /// <param name="featureCode">The feature.</param>
    /// <param name="amount">In the feature's unit.</param>
    /// <param name="details">What else is to be said of it, such as when it happened.</param>
    /// <param name="cancellationToken">Ends the wait; the amount may have counted.</param>
    /// <returns>The use that was counted; <see cref="UsageAnswer.Offline"/> when it lies in the queue until the meter is back.</returns>
    /// <exception cref="MeteringProblemException">The request as such was wrong.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away, and there is no queue.</exception>
    /// <exception cref="MeteringQueueFullException">The meter was away, and the queue is full.</exception>
    /// <exception cref="MeteringException">The meter was away, and the queue can't be written.</exception>
    public async Task<UsageAnswer> ReportAsync(
        string featureCode, decimal amount = 1, UseDetails? details = null, CancellationToken cancellationToken = default)
    {
        details ??= new UseDetails();
        var key = details.IdempotencyKey ?? Keys.New();
        var body = Body(featureCode, amount, details) with { OccurredAt = details.OccurredAt };
        try
        {
            return await ReportAsync(key, body, cancellationToken).ConfigureAwait(false);
        }
        catch (MeteringUnavailableException) when (_offline is not null)
        {
            return _offline.Report(key, details.IdempotencyKey is not null, body);
        }
    }

    /// <summary>Says whether the license is valid, whatever its usage.</summary>
    /// <exception cref="MeteringProblemException">The key is not one of the meter's.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public Task<Validation> ValidateAsync(CancellationToken cancellationToken = default) =>
        _http.SendAsync(HttpMethod.Post, Root + "validate", ClientJson.Default.Validation, cancellationToken);

    /// <summary>Says how all features and balances of the license stand.</summary>
    /// <exception cref="MeteringProblemException">The key is not one of the meter's.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public Task<LicenseUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        _http.SendAsync(HttpMethod.Get, Root + "usage", ClientJson.Default.LicenseUsage, cancellationToken);

    /// <summary>Sets a part of the allowance aside for work whose amount shows only at its end.</summary>
    /// <param name="featureCode">The feature.</param>
    /// <param name="amount">The most that is expected, in the feature's unit.</param>
    /// <param name="lifetime">When it goes back by itself, should this process not come to settle it: whole seconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reservation; its <see cref="Reservation.Answer"/> says whether it was let through.</returns>
    /// <exception cref="MeteringProblemException">The request as such was wrong.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public async Task<Reservation> ReserveAsync(
        string featureCode, decimal amount, TimeSpan lifetime, CancellationToken cancellationToken = default)
    {
        using var call = ClientCall.Begin("reserve", featureCode);
        try
        {
            var reservation = await OpenReservationAsync(featureCode, amount, lifetime, cancellationToken).ConfigureAwait(false);
            call.Answered(reservation.Answer.Allowed, reservation.Answer.Refusal?.Code);
            return reservation;
        }
        catch (MeteringException failure)
        {
            call.Failed(failure);
            throw;
        }
    }

    /// <summary>Leases units of a feature in advance, to be spent in memory: for hot paths, and for work without a connection.</summary>
    /// <param name="options">Which feature, and where the journal lies.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// A meter of its own, with its first lease if the meter is there and has one to give; otherwise it is asked for as use comes. Dispose
    /// it before this client.
    /// </returns>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    /// <exception cref="MeteringException">Another process has the directory, or its journal can't be read or written.</exception>
    public Task<LeasedMeter> LeaseAsync(LeasedMeterOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Copy();
        options.Check();
        return LeasedMeters.OpenAsync(_http, options, _clock, _log, cancellationToken);
    }

    /// <summary>Says how many cores a machine has (rule: the sum over machines is limited by the license).</summary>
    /// <param name="fingerprint">By which the machine is recognized.</param>
    /// <param name="cores">Its cores.</param>
    /// <param name="name">For people.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The fingerprint is empty, <c>.</c> or <c>..</c>.</exception>
    /// <exception cref="MeteringProblemException">More cores than the license may have (<c>quota_exceeded</c>), or the request was
    /// wrong.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public Task<RegisteredMachine> SetMachineAsync(
        string fingerprint, decimal cores, string? name = null, CancellationToken cancellationToken = default) =>
        _http.SendAsync(
            HttpMethod.Put, MachinePath(fingerprint), new MachineBody(cores, name), ClientJson.Default.MachineBody,
            ClientJson.Default.RegisteredMachine, key: null, cancellationToken);

    /// <summary>Takes a machine off the license, so that its cores are free.</summary>
    /// <param name="fingerprint">By which the machine is recognized.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The fingerprint is empty, <c>.</c> or <c>..</c>.</exception>
    /// <exception cref="MeteringProblemException">There is no such machine.</exception>
    /// <exception cref="MeteringUnavailableException">The meter was away.</exception>
    public Task RemoveMachineAsync(string fingerprint, CancellationToken cancellationToken = default) =>
        _http.SendAsync(HttpMethod.Delete, MachinePath(fingerprint), cancellationToken);

    /// <summary>Waits until the uses that were kept without a connection have reached the meter.</summary>
    /// <param name="cancellationToken">Ends the wait; what is left stays in the queue.</param>
    /// <exception cref="MeteringException">The client was disposed before the meter had them; what is left stays in the queue.</exception>
    /// <exception cref="ObjectDisposedException">The client had been disposed before, and it had a queue.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _offline?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Ends the client. Uses that still wait stay in the queue, and the next client with its directory sends them.</summary>
    /// <exception cref="MeteringException">The queue can't be written to the disk; it has ended all the same.</exception>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_offline is not null)
            {
                await _offline.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _http.Dispose();
        }
    }

    internal Task<UsageAnswer> ReportAsync(string key, UseBody body, CancellationToken stop) =>
        _http.UseAsync(Root + "report", body, ClientJson.Default.UseBody, body.FeatureCode, key, stop);

    internal Task<UsageAnswer> CommitAsync(string id, string featureCode, decimal? amount, string key, CancellationToken stop) =>
        _http.UseAsync($"{Root}reservations/{id}/commit", new CommitBody(amount), ClientJson.Default.CommitBody, featureCode, key, stop);

    internal async Task ReleaseAsync(string id)
    {
        try
        {
            await _http.SendAsync(HttpMethod.Delete, $"{Root}reservations/{id}", CancellationToken.None).ConfigureAwait(false);
        }
        catch (MeteringException failure)
        {
            // It goes back at its end by itself; an exception out of a dispose would hide the one that led there.
            ClientLog.NotReleased(_log, id, failure);
        }
    }

    private async Task<Reservation> OpenReservationAsync(string featureCode, decimal amount, TimeSpan lifetime, CancellationToken stop)
    {
        var body = new ReserveBody(featureCode, amount, (long)lifetime.TotalSeconds);
        using var answer = await _http.SendJsonAsync(
            HttpMethod.Post, Root + "reservations", body, ClientJson.Default.ReserveBody, Keys.New(), stop)
            .ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            var problem = await ProblemDocument.ReadAsync(answer, stop).ConfigureAwait(false);
            return new Reservation(this, problem.ToRefusal(featureCode) ?? throw problem.ToException());
        }

        var made = await MeterHttp.ReadAsync(answer, ClientJson.Default.ReservedAnswer, stop).ConfigureAwait(false);
        var allowed = new UsageAnswer { Allowed = true, FeatureCode = made.FeatureCode, Amount = made.Amount };
        return new Reservation(this, made.Id, allowed, made.ExpiresAt);
    }

    private static string MachinePath(string fingerprint) => Root + "machines/" + PathSegment.Of(fingerprint, nameof(fingerprint));

    private static UseBody Body(string featureCode, decimal amount, UseDetails details) => new(
        featureCode, amount, details.Key, details.EventId, details.Fingerprint, details.UserId, details.Metadata,
        AllowPartial: null, OccurredAt: null);

    private static HttpClient NewHttp(MeteringClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return MeterHttp.NewHttp(options.AttemptTimeout, options.MaxRetries);
    }
}
