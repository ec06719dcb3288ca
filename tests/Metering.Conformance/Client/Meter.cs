using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Metering.Conformance.Client;

/// <summary>A caller of the API: the operator, unless it is given another credential.</summary>
public sealed class Meter(HttpClient http, AuthenticationHeaderValue? credential)
{
    private const int LargeBody = 4 * 1024 * 1024;

    /// <summary>The operator of the host under test, with all scopes.</summary>
    public static async Task<Meter> ConnectAsync()
    {
        var host = await MeteringHost.Started;
        return new Meter(host.Http, new AuthenticationHeaderValue("Bearer", host.Token));
    }

    /// <summary>A name that no other test and no earlier run has used.</summary>
    public static string Unique(string prefix) => $"{prefix}_{Guid.NewGuid():N}"[..(prefix.Length + 13)];

    /// <summary>The same host, called with another credential.</summary>
    public Meter As(string? scheme, string? parameter = null) =>
        new(http, scheme is null ? null : new AuthenticationHeaderValue(scheme, parameter));

    public Task<Reply> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Reply> Delete(string path, string? key = null) => Send(HttpMethod.Delete, path, null, key);

    public Task<Reply> Post(string path, object? body = null, string? key = null) => Send(HttpMethod.Post, path, body, key);

    public Task<Reply> Put(string path, object? body, string? key = null) => Send(HttpMethod.Put, path, body, key);

    public Task<Reply> Patch(string path, object? body, string? key = null) => Send(HttpMethod.Patch, path, body, key);

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="body">JSON text, ready content, or an object to write as JSON.</param>
    /// <param name="key">The <c>Idempotency-Key</c>.</param>
    public async Task<Reply> Send(HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = credential;
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string json => Json(json),
            _ => Json(JsonSerializer.Serialize(body)),
        };

        // A host answers to a body that is too large without reading it; a client that asks first gets that answer.
        request.Headers.ExpectContinue = request.Content?.Headers.ContentLength > LargeBody;
        var sent =
            body switch { null => "", HttpContent => " (content)", string json => " " + json, _ => " " + JsonSerializer.Serialize(body) };
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return new Reply($"{method} {path}{sent}", response, answer);
    }

    public static HttpContent Json(string text, string mediaType = "application/json") =>
        new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue(mediaType));

    /// <summary>The host's time: its test clock where it has one.</summary>
    public async Task<DateTimeOffset> Now()
    {
        var reply = await Get("/api/v1/test-clock");
        return reply.Status == 200 ? reply.Time("now") : DateTimeOffset.UtcNow;
    }

    /// <summary>Time as the API takes it.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Day as the API takes it.</summary>
    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Puts a new feature in the catalog and returns its code.</summary>
    public async Task<string> Feature(string metric = "counter")
    {
        var code = Unique("calls");
        object feature = metric == "boolean" ? new { code, kind = "boolean" } : new { code, kind = "metered", metric, unit = "call" };
        await Put("/api/v1/catalog", new { features = new[] { feature }, plans = Array.Empty<object>() }).Succeeds();
        return code;
    }

    /// <summary>Puts a plan with these features in the catalog.</summary>
    public async Task<string> Plan(params object[] includes)
    {
        var id = Unique("plan");
        await Put(
            "/api/v1/catalog",
            new { features = Array.Empty<object>(), plans = new[] { new { id, group = Unique("group"), includes } } }).Succeeds();
        return id;
    }

    /// <summary>A new license on a new plan with one new feature with these terms.</summary>
    public async Task<License> License(object? terms = null, string metric = "counter", object? with = null)
    {
        var feature = await Feature(metric);
        var plan = await Plan(Body.Of(terms, new { feature_code = feature }));
        return await LicenseOn(plan, feature, with);
    }

    /// <summary>A new license on a plan; <paramref name="feature"/> is what its calls are about unless they name another.</summary>
    public async Task<License> LicenseOn(string? plan, string feature, object? with = null)
    {
        var tenant = Unique("tenant");
        var body = Body.Of(new { tenant_id = tenant }, plan is null ? null : new { plan_id = plan }, with);
        var created = await Post("/api/v1/licenses", body).Is(201);
        return new License(this, created.String("id"), created.String("key"), created.String("tenant_id"), feature, plan);
    }
}
