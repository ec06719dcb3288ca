namespace Metering.Conformance.Client;

/// <summary>A license as its software sees it (with its key), and as the operator does.</summary>
public sealed class License(Meter meter, string id, string key, string tenant, string feature, string? plan)
{
    private readonly Meter own = meter.As("License", key);

    public string Id { get; } = id;

    public string Key { get; } = key;

    public string Tenant { get; } = tenant;

    /// <summary>The feature that calls are about unless they name another.</summary>
    public string Feature { get; } = feature;

    public string? Plan { get; } = plan;

    /// <summary>The licensed software.</summary>
    public Meter Software => own;

    public Task<Reply> Consume(decimal amount = 1, string? key = null, string? feature = null, object? more = null) =>
        own.Post("/api/v1/license/consume", Body.Of(new { feature_code = feature ?? Feature, amount }, more), key ?? Meter.Unique("key"));

    public Task<Reply> Report(decimal amount = 1, string? key = null, string? feature = null, object? more = null) =>
        own.Post("/api/v1/license/report", Body.Of(new { feature_code = feature ?? Feature, amount }, more), key ?? Meter.Unique("key"));

    public Task<Reply> Check(decimal amount = 1, string? feature = null) =>
        own.Post("/api/v1/license/check", new { feature_code = feature ?? Feature, amount });

    public Task<Reply> Validate() => own.Post("/api/v1/license/validate");

    public Task<Reply> Usage() => own.Get("/api/v1/license/usage");

    /// <summary>A runtime call under <c>/api/v1/license</c> that changes something.</summary>
    public Task<Reply> Post(string path, object? body = null, string? key = null) =>
        own.Post("/api/v1/license" + path, body, key ?? Meter.Unique("key"));

    /// <summary>A management call under <c>/api/v1/licenses/{id}</c>.</summary>
    public Task<Reply> Manage(HttpMethod method, string path, object? body = null, string? key = null) =>
        meter.Send(method, $"/api/v1/licenses/{Id}{path}", body, key);

    /// <summary>A management POST under <c>/api/v1/licenses/{id}</c>.</summary>
    public Task<Reply> Manage(string path, object? body = null) => Manage(HttpMethod.Post, path, body);

    /// <summary>A management GET under <c>/api/v1/licenses/{id}</c>.</summary>
    public Task<Reply> Read(string path = "") => Manage(HttpMethod.Get, path);

    /// <summary>Adds a grant to the feature.</summary>
    public Task<Reply> Grant(decimal amount, object? more = null) =>
        Manage("/grants", Body.Of(new { feature_code = Feature, amount }, more)).Is(201, 200);

    /// <summary>Every entry of the license's ledger.</summary>
    public async Task<IReadOnlyList<System.Text.Json.JsonElement>> Ledger() => (await Read("/ledger?limit=1000").Is(200)).Items;

    /// <summary>What the meter shows now.</summary>
    public async Task<decimal> Used() => (await Check().Is(200)).Number("used");
}
