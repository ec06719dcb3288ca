using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Metering.Api.Tests.Memory;

/// <summary>The API on ports in memory, reached over a test server.</summary>
internal sealed class MemoryHost : IAsyncDisposable, ITokens, ICatalogStore, IReadiness, ILeaseKeys
{
    public const string OperatorToken = "mt_operator";
    public const string ReaderToken = "mt_reader";
    public const string ProducerToken = "mt_producer";

    private static readonly Dictionary<string, TokenGrant> Grants = new()
    {
        [Hash(OperatorToken)] = new TokenGrant("operator", Scopes.All),
        [Hash("mt_operator_2")] = new TokenGrant("operator 2", Scopes.All),
        [Hash(ReaderToken)] = new TokenGrant("reader", [Scopes.Read]),
        [Hash(ProducerToken)] = new TokenGrant("producer", [Scopes.Ingest]),
    };

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TokenGrant> _made = new();
    private readonly WebApplication _app;
    private readonly Lock _turn = new();
    private CatalogSnapshot _catalog = CatalogSnapshot.Empty;

    private MemoryHost(Action<IServiceCollection>? configure, string[] settings)
    {
        Meters = new MemoryMeters(Clock, MeterRules.Default);
        Directory = new MemoryDirectory(Clock);
        // Most tests show wrong credentials from the one address that there is here; those of the limit set their own.
        var builder = WebApplication.CreateSlimBuilder(["--Metering:Api:MaxFailedLogins=1000000", .. settings]);
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddMeteringOptions<MeteringOptions>(builder.Configuration).AddMeteringApi();
        builder.Services.AddSingleton<ILicenseMeters>(Meters);
        builder.Services.AddSingleton<ILedger>(Meters);
        builder.Services.AddSingleton<ILicenseDirectory>(Directory);
        builder.Services.AddSingleton<IRequestMemory>(Directory);
        builder.Services.AddSingleton<IDeadLetters>(Directory);
        builder.Services.AddSingleton<IMeterClock>(Clock);
        builder.Services.AddSingleton(MeterRules.Default);
        builder.Services.AddSingleton<ITokens>(this);
        builder.Services.AddSingleton<ICatalogStore>(this);
        builder.Services.AddSingleton<IReadiness>(this);
        builder.Services.AddSingleton<ILeaseKeys>(this);
        builder.Services.AddSingleton<IWebhooks>(Webhooks);
        configure?.Invoke(builder.Services);
        _app = builder.Build();
        _app.MapMeteringApi();
    }

    public MemoryClock Clock { get; } = new();

    public MemoryMeters Meters { get; }

    public MemoryDirectory Directory { get; }

    public MemoryWebhooks Webhooks { get; } = new();

    public LeaseKey LeaseKey { get; } = LeaseKey.Generate();

    public IServiceProvider Services => _app.Services;

    public string? NotReady { get; set; }

    public HttpClient Client { get; private set; } = null!;

    public static async Task<MemoryHost> StartAsync(Action<IServiceCollection>? configure = null, params string[] settings)
    {
        var host = new MemoryHost(configure, settings);
        await host._app.StartAsync();
        host.Client = host._app.GetTestClient();
        return host;
    }

    /// <summary>A host with the feature <c>api_calls</c> and a license that may use 10 of it.</summary>
    public static async Task<(MemoryHost Host, string LicenseId, string Key)> WithLicenseAsync(string? terms = null)
    {
        var host = await StartAsync();
        var (id, key) = await host.LicenseAsync(terms ?? """{"feature_code":"api_calls","limit":10,"reset":"month"}""");
        return (host, id, key);
    }

    public async Task<(string Id, string Key)> LicenseAsync(string? assignment, string tenant = "tenant_acme")
    {
        await SendAsync("PUT", "/api/v1/catalog", """
            {"features":[
              {"code":"api_calls"},{"code":"storage","metric":"total"},{"code":"seats","metric":"gauge"},
              {"code":"cpu_cores","metric":"gauge","unit":"core"},{"code":"jobs","metric":"up_down"},{"code":"pro","kind":"boolean"}]}
            """);
        var license = await SendAsync("POST", "/api/v1/licenses", $$"""{"tenant_id":"{{tenant}}"}""");
        var id = license.Text("id");
        if (assignment is not null)
        {
            Assert.Equal(201, (await SendAsync("POST", $"/api/v1/licenses/{id}/features", assignment)).Status);
        }

        return (id, license.Text("key"));
    }

    /// <summary>Sends with the operator's token, or with the given credential.</summary>
    public Task<Reply> SendAsync(
        string method,
        string path,
        string? json = null,
        string? authorization = "Bearer " + OperatorToken,
        params (string Name, string Value)[] headers) =>
        SendContentAsync(
            method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), authorization, headers);

    public async Task<Reply> SendContentAsync(
        string method, string path, HttpContent? content, string? authorization, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Sends a runtime request with the license's key and an Idempotency-Key of its own.</summary>
    public Task<Reply> RunAsync(string method, string path, string key, string? json, string? idempotencyKey = null) =>
        SendAsync(
            method, "/api/v1/license/" + path, json, "License " + key, ("Idempotency-Key", idempotencyKey ?? Guid.NewGuid().ToString("N")));

    public ValueTask<TokenGrant?> FindAsync(string tokenHash, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Grants.GetValueOrDefault(tokenHash) ?? _made.GetValueOrDefault(tokenHash));

    ValueTask<IReadOnlyList<TokenRecord>> ITokens.ListAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>();
        return ValueTask.FromResult<IReadOnlyList<TokenRecord>>([.. Grants.Values.Select(grant => TokenRecord.Configured(grant, ids))]);
    }

    ValueTask<TokenAddition> ITokens.AddAsync(string tokenHash, TokenRecord token, CancellationToken cancellationToken)
    {
        _made.TryAdd(tokenHash, token.ToGrant());
        return ValueTask.FromResult(TokenAddition.Added);
    }

    ValueTask<TokenRevocation> ITokens.RevokeAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TokenRevocation.Configured);

    public ValueTask<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_catalog);

    public ValueTask<CatalogSnapshot> ChangeAsync(Func<CatalogSnapshot, CatalogSnapshot> change, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            // Twice, as a store may when another change came first.
            change(_catalog);
            _catalog = change(_catalog);
            return ValueTask.FromResult(_catalog);
        }
    }

    public ValueTask<string?> WhyNotReadyAsync(CancellationToken cancellationToken) => ValueTask.FromResult(NotReady);

    ValueTask<IReadOnlyList<LeaseKey>> ILeaseKeys.ReadAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<LeaseKey>>([LeaseKey]);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
