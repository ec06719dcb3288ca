using Metering.Api.Tests.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Metering.Api.Tests;

/// <summary>How often credentials that are not valid may be shown, and what of it is logged.</summary>
public class FailedLoginTests
{
    private const string Minute = "--Metering:Api:MaxFailedLogins=3";
    private readonly Lines _lines = new();
    private readonly StillTime _time = new();

    [Fact]
    public async Task Beyond_the_limit_what_is_not_valid_is_refused_without_a_look_up_and_what_is_known_is_let_in()
    {
        await using var host = await MemoryHost.StartAsync(null, Minute);
        var (_, key) = await host.LicenseAsync("""{"feature_code":"api_calls","limit":10}""");
        Assert.Equal(200, (await AskAsync(host, "License " + key)).Status);
        foreach (var wrong in new[] { "License lk_a", "Bearer mt_a", "Basic dXNlcjpwYXNz" })
        {
            Assert.Equal(401, (await AskAsync(host, wrong)).Status);
        }

        var before = host.Directory.KeyLookUps;
        foreach (var wrong in new[] { "License lk_b", "Bearer mt_b", "Basic dXNlcjpwYXNz" })
        {
            var reply = await AskAsync(host, wrong);
            Assert.Equal((429, ProblemCode.TooManyFailedLogins), (reply.Status, reply.Code));
            Assert.InRange(int.Parse(reply.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 20);
        }

        Assert.Equal(before, host.Directory.KeyLookUps);
        Assert.Equal(200, (await AskAsync(host, "License " + key)).Status);
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/licenses")).Status);
        Assert.Equal(401, (await AskAsync(host, null)).Status);
    }

    [Fact]
    public async Task A_key_that_was_valid_is_looked_up_beyond_the_limit_and_is_unknown_once_it_is_not_valid_any_more()
    {
        await using var host = await StartAsync(keyCacheSeconds: 0);
        var (id, key) = await host.LicenseAsync("""{"feature_code":"api_calls","limit":10}""");
        Assert.Equal(200, (await AskAsync(host, "License " + key)).Status);
        await LimitAsync(host);

        Assert.Equal(200, (await AskAsync(host, "License " + key)).Status);
        Assert.Equal(429, (await AskAsync(host, "License lk_new")).Status);

        // As if another instance had deleted the license: this one is not told.
        await host.Directory.ChangeAsync(id, license => license with { Deleted = true }, default);
        Assert.Equal(401, (await AskAsync(host, "License " + key)).Status);
        Assert.Equal(429, (await AskAsync(host, "License " + key)).Status);
    }

    [Fact]
    public async Task A_view_token_that_was_signed_by_us_is_checked_again_beyond_the_limit()
    {
        await using var host = await StartAsync(keyCacheSeconds: 0);
        var (id, _) = await host.LicenseAsync("""{"feature_code":"api_calls","limit":10}""");
        var made = await host.SendAsync("POST", $"/api/v1/licenses/{id}/view-tokens", "{}");
        var (path, token) = ($"/api/v1/licenses/{id}/usage", "Bearer " + made.Text("token"));
        Assert.Equal(200, (await host.SendAsync("GET", path, null, token)).Status);
        await LimitAsync(host);

        Assert.Equal(200, (await host.SendAsync("GET", path, null, token)).Status);
        Assert.Equal(429, (await host.SendAsync("GET", path, null, token + "x")).Status);
    }

    [Fact]
    public async Task A_token_of_another_issuer_that_was_valid_is_checked_again_beyond_the_limit_until_it_is_not_valid_any_more()
    {
        var issuer = new Issuer { Valid = ["entra-a", "entra-b"] };
        await using var host = await MemoryHost.StartAsync(services => services.AddSingleton<IExternalTokens>(issuer), Minute);
        Assert.Equal(200, (await ListAsync("entra-a")).Status);
        await LimitAsync(host);

        Assert.Equal(200, (await ListAsync("entra-a")).Status);
        Assert.Equal(3, issuer.Checks.Count(one => one == "mt_wrong"));
        Assert.Equal(2, issuer.Checks.Count(one => one == "entra-a"));

        // One that this process has not seen is refused without a check.
        Assert.Equal(429, (await ListAsync("entra-b")).Status);
        Assert.DoesNotContain("entra-b", issuer.Checks);

        // One that is over is checked once more, and is unknown from then on.
        issuer.Valid = [];
        Assert.Equal(401, (await ListAsync("entra-a")).Status);
        Assert.Equal(429, (await ListAsync("entra-a")).Status);

        Task<Reply> ListAsync(string token) => host.SendAsync("GET", "/api/v1/licenses", null, "Bearer " + token);
    }

    [Fact]
    public void A_limited_proxy_that_nobody_named_is_logged_once()
    {
        var logins = Logins(1);
        var (direct, named, proxy) = (From("192.0.2.1"), From("192.0.2.2"), From("192.0.2.3"));
        named.Request.Headers["X-Forwarded-For"] = proxy.Request.Headers["X-Forwarded-For"] = "198.51.100.1";
        named.Request.Headers["X-Original-For"] = "10.0.0.7:443";
        foreach (var http in new[] { direct, named, proxy, proxy })
        {
            logins.Add(http, "x");
        }

        _lines.Events.Clear();
        foreach (var http in new[] { direct, named })
        {
            Assert.Throws<ProblemException>(() => logins.ThrowIfLimited(http));
        }

        Assert.Empty(_lines.Events);
        Assert.Throws<ProblemException>(() => logins.ThrowIfLimited(proxy));
        Assert.Throws<ProblemException>(() => logins.ThrowIfLimited(proxy));
        Assert.Equal([1012], _lines.Events);
    }

    [Fact]
    public void Each_address_has_its_own_limit_which_comes_back_with_time()
    {
        var logins = Logins(3);
        var (one, other) = (From("192.0.2.1"), From("192.0.2.77"));
        Fail(logins, one, 3);

        Assert.Equal(20, Assert.Throws<ProblemException>(() => logins.ThrowIfLimited(one)).Problem.RetryAfterSeconds);
        Assert.Throws<ProblemException>(() => logins.ThrowIfLimited(From("::ffff:192.0.2.1")));
        logins.ThrowIfLimited(other);
        _time.Passed = TimeSpan.FromSeconds(20);
        logins.ThrowIfLimited(one);
    }

    [Fact]
    public void A_network_of_ipv6_is_one_address()
    {
        var logins = Logins(3);
        for (var i = 1; i <= 3; i++)
        {
            logins.Add(From($"2001:db8:1:2::{i}"), "x");
        }

        Assert.Throws<ProblemException>(() => logins.ThrowIfLimited(From("2001:db8:1:2:ffff::9")));
    }

    [Fact]
    public void The_first_of_an_address_and_the_one_that_reaches_the_limit_are_logged_and_no_more_than_thirty_lines_a_minute()
    {
        var logins = Logins(3);
        Fail(logins, From("192.0.2.1"), 10);

        Assert.Equal([1009, 1010], _lines.Events);
        Assert.DoesNotContain(_lines.Texts, text => text.Contains("mt_", StringComparison.Ordinal));
        for (var i = 0; i < 1_000; i++)
        {
            logins.Add(From($"198.51.{i / 250}.{i % 250}"), "x");
        }

        Assert.Equal(FailedLogins.MaxLines, _lines.Events.Count);
    }

    // Options of which one is out of its range: what is remembered is too old at once, as it else is after a while.
    private static Task<MemoryHost> StartAsync(int keyCacheSeconds) => MemoryHost.StartAsync(services =>
        services.AddSingleton(Options.Create(new ApiOptions { MaxFailedLogins = 3, KeyCacheSeconds = keyCacheSeconds })));

    private static async Task LimitAsync(MemoryHost host)
    {
        while ((await AskAsync(host, "Bearer mt_wrong")).Status != 429)
        {
        }
    }

    private static Task<Reply> AskAsync(MemoryHost host, string? credential) =>
        host.SendAsync("GET", "/api/v1/license/usage", null, credential);

    private static void Fail(FailedLogins logins, HttpContext http, int times)
    {
        for (var i = 0; i < times; i++)
        {
            logins.Add(http, "x");
        }
    }

    private static DefaultHttpContext From(string address) =>
        new() { Connection = { RemoteIpAddress = System.Net.IPAddress.Parse(address) } };

    private FailedLogins Logins(int most) => new(Options.Create(new ApiOptions { MaxFailedLogins = most }), _time, _lines);

    private sealed class Issuer : IExternalTokens
    {
        public string[] Valid { get; set; } = [];

        public List<string> Checks { get; } = [];

        public ValueTask<TokenGrant?> FindAsync(string token, CancellationToken cancellationToken)
        {
            Checks.Add(token);
            return ValueTask.FromResult(Valid.Contains(token) ? new TokenGrant(token, ["read"]) : null);
        }
    }

    private sealed class StillTime : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }

    private sealed class Lines : ILogger<FailedLogins>
    {
        public List<int> Events { get; } = [];

        public List<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Events.Add(eventId.Id);
            Texts.Add(formatter(state, exception));
        }
    }
}
