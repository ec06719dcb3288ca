using System.Net;
using System.Text.Json;
using Metering.Api.Tests.Memory;
using Metering.Reports;
using Metering.Reports.Tests.Exports;
using Metering.Reports.Tests.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests.Fuzz;

/// <summary>The API in memory, as requests from <see cref="RequestInputs"/> reach it, with the ids that it has given out.</summary>
internal sealed class FuzzedHost : IAsyncDisposable
{
    // Twice the largest body while its buffer grows, what its reader makes of it, and what other threads allocate meanwhile.
    private const long MostBytes = 96L * 1024 * 1024;

    private readonly MemoryHost _host;
    private readonly string _licenseId;
    private string _spareId;
    private readonly string _key;
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private FuzzedHost(MemoryHost host, string licenseId, string key, string spareId) =>
        (_host, _licenseId, _key, _spareId) = (host, licenseId, key, spareId);

    public static async Task<FuzzedHost> StartAsync()
    {
        var host = await MemoryHost.StartAsync(services => services.AddSingleton(
            new ExportPorts(new MemoryJobs(), new MemorySchedules(), new MemorySink(), new NoEntries())));
        var (id, key) = await host.LicenseAsync("""{"feature_code":"api_calls","limit":1000000,"reset":"month"}""");
        foreach (var code in (string[])["tokens", "seats", "jobs"])
        {
            await host.SendAsync("POST", "/api/v1/features", $$"""{"code":"{{code}}"}""");
            await host.SendAsync("POST", $"/api/v1/licenses/{id}/features", $$"""{"feature_code":"{{code}}"}""");
        }

        await host.SendAsync("POST", $"/api/v1/licenses/{id}/balances", """{"unit":"USD","amount":1000000}""");
        return new FuzzedHost(host, id, key, await SpareAsync(host));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Sends a request; says what is wrong with its answer, null when nothing is.</summary>
    public async Task<string?> SendAsync(FuzzRequest made, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(made.Method), Target(made));
        var isOwn = made.Route.StartsWith("/api/v1/license/", StringComparison.Ordinal);
        request.Headers.TryAddWithoutValidation("Authorization", isOwn ? "License " + _key : "Bearer " + MemoryHost.OperatorToken);
        foreach (var (name, value) in made.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (made.Body is not null)
        {
            request.Content = new ByteArrayContent(made.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", made.MediaType);
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", made.Coding);
        }

        var before = GC.GetTotalAllocatedBytes();
        using var response = await _host.Client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        if (made is { Method: "DELETE", Route: "/api/v1/licenses/{id}" } && response.StatusCode == HttpStatusCode.NoContent)
        {
            _spareId = await SpareAsync(_host);
        }

        return allocated > MostBytes ? $"It allocated {allocated} bytes." : Judge(made, (int)response.StatusCode, response, body);
    }

    private static async Task<string> SpareAsync(MemoryHost host) =>
        (await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"tenant_acme"}""")).Text("id");

    private string Target(FuzzRequest made)
    {
        var next = 0;
        var collection = "";
        var parts = new List<string>();
        foreach (var part in made.Route.Split('/'))
        {
            var isParameter = part.StartsWith('{');
            var given = isParameter ? made.Segments[next++] : part;
            parts.Add(given == FuzzRequest.Known ? _ids.GetValueOrDefault(collection, IsTakenBy(made) ? _spareId : _licenseId) : given);
            collection = isParameter ? collection : part;
        }

        return string.Join('/', parts) + made.Query;
    }

    // What would end the license, so that the rest would have nothing to act on.
    private static bool IsTakenBy(FuzzRequest made) => (made.Method, made.Route) is ("DELETE", "/api/v1/licenses/{id}")
        or ("POST", "/api/v1/licenses/{id}/suspend") or ("POST", "/api/v1/licenses/{id}/rotate-key") or ("PATCH", "/api/v1/licenses/{id}")
        or ("DELETE", "/api/v1/licenses/{id}/features/{code}");

    private string? Judge(FuzzRequest made, int status, HttpResponseMessage response, byte[] body)
    {
        if (!made.Documented.Contains(status))
        {
            return $"The status {status} is not documented: {Shown(body)}";
        }

        if (status < 400 || made.Method == "HEAD")
        {
            Keep(made, response, body);
            return null;
        }

        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if (mediaType is not ("application/problem+json" or "application/vnd.api+json"))
        {
            return $"The error's media type is {mediaType}: {Shown(body)}";
        }

        using var problem = JsonDocument.Parse(body);
        var isSound = mediaType == "application/vnd.api+json"
            ? problem.RootElement.GetProperty("errors").GetArrayLength() > 0
            : problem.RootElement.GetProperty("status").GetInt32() == status && problem.RootElement.GetProperty("detail").GetString() is { Length: > 0 };
        return isSound ? null : $"The problem is not whole: {Shown(body)}";
    }

    private void Keep(FuzzRequest made, HttpResponseMessage response, byte[] body)
    {
        if (made.Method is not "POST" || response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            return;
        }

        using var json = JsonDocument.Parse(body);
        var collection = made.Route.Split('/')[^1];
        if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("id", out var id)
            && id.ValueKind == JsonValueKind.String && collection is not "licenses")
        {
            _ids[collection] = Uri.EscapeDataString(id.GetString()!);
        }
    }

    private static string Shown(byte[] body) => System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 2_000)));
}
