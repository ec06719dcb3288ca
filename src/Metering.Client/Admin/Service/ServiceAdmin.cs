using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>The meter itself.</summary>
public sealed class ServiceAdmin
{
    private readonly MeterHttp _meter;
    private readonly AdminHttp _http;

    internal ServiceAdmin(MeterHttp meter, AdminHttp http) => (_meter, _http) = (meter, http);

    /// <summary>Whether it lives; what it needs to serve is not asked for.</summary>
    /// <exception cref="MeteringUnavailableException">It does not, or something that is not a meter answered.</exception>
    public Task<Health> GetLiveAsync(CancellationToken cancellationToken = default) => HealthAsync("health/live", cancellationToken);

    /// <summary>Whether it can serve, and if not, why.</summary>
    /// <exception cref="MeteringUnavailableException">It can't be reached.</exception>
    public async Task<Health> GetReadyAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await HealthAsync("health/ready", cancellationToken).ConfigureAwait(false);
        }
        catch (MeteringUnavailableException answer) when (answer.Status is not null)
        {
            return new Health(IsReady: false, answer.Message, ServerTime: null);
        }
    }

    /// <summary>The version of the API that it speaks, such as <c>1.0.0</c>.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken = default)
    {
        var contract = await _meter.SendAsync(HttpMethod.Get, "openapi/v1.json", AdminJson.Default.JsonElement, cancellationToken)
            .ConfigureAwait(false);
        return contract.ValueKind == JsonValueKind.Object && contract.TryGetProperty("info", out var info)
            && info.TryGetProperty("version", out var version) && version.GetString() is { } text
            ? text
            : throw new MeteringException("What lies at openapi/v1.json is not a meter's contract. Is the address right?");
    }

    /// <summary>What the meter takes for now, where its test clock is on.</summary>
    /// <exception cref="MeteringProblemException">It is not on (404).</exception>
    public async Task<DateTimeOffset> GetTestClockAsync(CancellationToken cancellationToken = default) =>
        (await _http.GetAsync(AdminPath.Of("test-clock"), AdminJson.Default.ClockAnswer, cancellationToken).ConfigureAwait(false)).Now;

    /// <summary>Sets the test clock. It may be set back, but a license that has seen a later time stays at that time.</summary>
    public Task<DateTimeOffset> SetTestClockAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        MoveAsync(new ClockBody(now, Advance: null), cancellationToken);

    /// <summary>Moves the test clock on.</summary>
    /// <param name="duration">By how much, as ISO 8601 has it: <c>P1D</c>, <c>PT6H</c>, <c>P1M</c>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<DateTimeOffset> AdvanceTestClockAsync(string duration, CancellationToken cancellationToken = default) =>
        MoveAsync(new ClockBody(Now: null, duration), cancellationToken);

    private async Task<DateTimeOffset> MoveAsync(ClockBody body, CancellationToken stop)
    {
        var answer = await _http.SendAsync(
            HttpMethod.Put, AdminPath.Of("test-clock"), body, AdminJson.Default.ClockBody, AdminJson.Default.ClockAnswer, stop)
            .ConfigureAwait(false);
        return answer.Now;
    }

    private async Task<Health> HealthAsync(string path, CancellationToken stop)
    {
        using var answer = await _meter.SendAsync(HttpMethod.Get, path, content: null, key: null, stop).ConfigureAwait(false);
        await MeterHttp.ThrowIfProblemAsync(answer, stop).ConfigureAwait(false);
        return new Health(IsReady: true, Detail: null, answer.Headers.Date);
    }
}
