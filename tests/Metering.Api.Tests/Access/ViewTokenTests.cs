using System.Buffers.Text;
using System.Text;
using Metering.Api.Tests.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests;

public sealed class ViewTokenTests
{
    [Fact]
    public async Task A_key_that_signs_no_more_still_counts_and_one_that_is_gone_does_not()
    {
        var keys = new SomeKeys(LeaseKey.Generate());
        await using var host = await MemoryHost.StartAsync(services => services.AddSingleton<ILeaseKeys>(keys), "--Metering:Api:KeyCacheSeconds=1");
        var (id, _) = await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        var before = await TokenAsync(host, id);

        keys.All = [LeaseKey.Generate(), keys.All[0]];
        Assert.Equal(200, await ReadAsync(host, id, before));
        var after = await TokenAsync(host, id);
        Assert.NotEqual(before.Split('.')[0], after.Split('.')[0]);

        keys.All = [keys.All[1]];
        Assert.Equal(401, await ReadAsync(host, id, after));
    }

    [Fact]
    public async Task What_is_signed_otherwise_or_for_something_else_opens_nothing()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var token = await TokenAsync(host, id);
        var (header, claims, signature) = (token.Split('.')[0], token.Split('.')[1], token.Split('.')[2]);
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(claims));

        Assert.Equal(200, await ReadAsync(host, id, token));
        foreach (var wrong in new[]
        {
            $"{header}.{Encode(text.Replace("\"exp\":", "\"exp\":9", StringComparison.Ordinal))}.{signature}",
            $"{Encode("""{"alg":"none","typ":"view+jwt"}""")}.{claims}.",
            $"{header}.{claims}.", $"{header}.{claims}", $"{header}.{claims}.{signature}.x", $"{header}.{claims}.{signature[..^4]}", header,
            header + new string('a', 5_000),
            Jwt.Sign(LeaseKey.Generate(), "view+jwt", Base64Url.DecodeFromChars(claims)),
            Jwt.Sign(host.LeaseKey, "JWT", Base64Url.DecodeFromChars(claims)),
            Signed(host, text.Replace(ViewTokens.Audience, "lease", StringComparison.Ordinal)),
            Signed(host, text.Replace("meterfunctions", "somebody", StringComparison.Ordinal)),
        })
        {
            var reply = await host.SendAsync("GET", $"/api/v1/licenses/{id}/usage", null, "Bearer " + wrong);
            Assert.Equal((401, ProblemCode.Unauthenticated), (reply.Status, reply.Code));
        }
    }

    [Fact]
    public async Task Wrong_view_tokens_are_failed_logins_and_expired_ones_are_not()
    {
        await using var host = await MemoryHost.StartAsync(null, "--Metering:Api:MaxFailedLogins=2");
        var (id, _) = await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        var token = await TokenAsync(host, id);
        host.Clock.UtcNow = host.Clock.UtcNow.AddHours(1);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ProblemCode.ViewTokenExpired, (await host.SendAsync("GET", $"/api/v1/licenses/{id}/usage", null, "Bearer " + token)).Code);
        }

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(i < 2 ? 401 : 429, await ReadAsync(host, id, token + i));
        }
    }

    [Fact]
    public async Task A_view_token_is_not_told_why_the_service_is_not_ready()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.NotReady = "/secret/file is full";

        var reply = await host.SendAsync("GET", "/health/ready", null, "Bearer " + await TokenAsync(host, id));

        Assert.DoesNotContain("/secret", reply.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_lifetime_is_fifteen_minutes_or_what_is_asked_for_up_to_the_option()
    {
        await using var host = await MemoryHost.StartAsync(null, "--Metering:CustomerPage:MaxTokenHours=1");
        var (id, _) = await host.LicenseAsync("""{"feature_code":"api_calls"}""");

        var made = await host.SendAsync("POST", $"/api/v1/licenses/{id}/view-tokens");
        Assert.Equal((201, "no-store"), (made.Status, made.Header("Cache-Control")));
        Assert.Equal(host.Clock.UtcNow.AddMinutes(15), made.Json.GetProperty("expires_at").GetDateTimeOffset());
        Assert.Equal("/usage#token=" + made.Text("token"), made.Text("url"));
        Assert.Equal(["/ttl_seconds"], (await host.SendAsync("POST", $"/api/v1/licenses/{id}/view-tokens", """{"ttl_seconds":3601}""")).Pointers);
    }

    private static async Task<string> TokenAsync(MemoryHost host, string id) =>
        (await host.SendAsync("POST", $"/api/v1/licenses/{id}/view-tokens", "{}")).Text("token");

    private static async Task<int> ReadAsync(MemoryHost host, string id, string token) =>
        (await host.SendAsync("GET", $"/api/v1/licenses/{id}/usage", null, "Bearer " + token)).Status;

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Signed(MemoryHost host, string claims) => Jwt.Sign(host.LeaseKey, "view+jwt", Encoding.UTF8.GetBytes(claims));

    private sealed class SomeKeys(LeaseKey first) : ILeaseKeys
    {
        public IReadOnlyList<LeaseKey> All { get; set; } = [first];

        public ValueTask<IReadOnlyList<LeaseKey>> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(All);
    }
}
