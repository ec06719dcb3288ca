using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class AccessTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("License")]
    [InlineData("License ")]
    [InlineData("License lk_unknown")]
    [InlineData("License ../../etc/passwd")]
    [InlineData("License %00")]
    [InlineData("Bearer mt_unknown")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("lk_bare")]
    public async Task Runtime_routes_let_only_license_keys_in(string? authorization)
    {
        await using var host = await MemoryHost.StartAsync();
        foreach (var route in ApiRoutes.All.Where(route => route.Access == Access.License))
        {
            var reply = await host.SendAsync(
                route.Methods[0],
                "/" + route.Pattern.Replace("{", "x", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal),
                null,
                authorization);
            Assert.Equal((401, ProblemCode.Unauthenticated), (reply.Status, reply.Code));
            Assert.Equal("A valid credential is required.", reply.Text("detail"));
            Assert.NotNull(reply.Header("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task A_malformed_key_is_looked_up_as_an_unknown_one_is()
    {
        await using var host = await MemoryHost.StartAsync();
        foreach (var key in new[] { "lk_" + new string('a', 43), "x", new string('k', 5000), "lk_\u00e9" })
        {
            var before = host.Directory.KeyLookUps;
            Assert.Equal(401, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
            Assert.Equal(1, host.Directory.KeyLookUps - before);
        }
    }

    [Fact]
    public async Task A_known_key_is_looked_up_once()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var before = host.Directory.KeyLookUps;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
        }

        Assert.Equal(1, host.Directory.KeyLookUps - before);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer mt_unknown", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Bearer " + MemoryHost.ProducerToken, 403)]
    public async Task Management_routes_let_only_operators_in(string? authorization, int status)
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var routes = ApiRoutes.All.Where(route => route.Access is Access.Read or Access.Manage).ToList();
        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            var path = "/"
                + route.Pattern.Replace("{id}", id, StringComparison.Ordinal).Replace("{", "x", StringComparison.Ordinal)
                    .Replace("}", "", StringComparison.Ordinal);
            Assert.Equal(status, (await host.SendAsync(route.Methods[0], path, null, authorization)).Status);
            Assert.Equal(403, (await host.SendAsync(route.Methods[0], path, null, "License " + key)).Status);
            Assert.Equal(401, (await host.SendAsync(route.Methods[0], path, null, "License lk_unknown")).Status);
        }
    }

    [Fact]
    public async Task A_key_that_is_rotated_while_it_is_looked_up_is_not_remembered()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Directory.AfterKeyLookUp = async () =>
        {
            host.Directory.AfterKeyLookUp = null;
            Assert.Equal(200, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key")).Status);
        };

        await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key);

        Assert.Equal(401, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rotated_key_opens_nothing_from_the_answer_on_however_often_the_store_made_the_change(bool repeats)
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal(200, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
        host.Directory.RepeatsOwnChange = repeats;

        Assert.Equal(200, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/rotate-key")).Status);

        Assert.Equal(401, (await host.SendAsync("GET", "/api/v1/license/usage", null, "License " + key)).Status);
    }

    [Fact]
    public async Task A_reader_reads_and_changes_nothing()
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        const string Reader = "Bearer " + MemoryHost.ReaderToken;
        Assert.Equal(200, (await host.SendAsync("GET", $"/api/v1/licenses/{id}", null, Reader)).Status);
        foreach (var route in ApiRoutes.All.Where(route => route.Access == Access.Manage))
        {
            var path = "/"
                + route.Pattern.Replace("{id}", id, StringComparison.Ordinal).Replace("{", "x", StringComparison.Ordinal)
                    .Replace("}", "", StringComparison.Ordinal);
            var reply = await host.SendAsync(route.Methods[0], path, "{}", Reader);
            Assert.Equal((403, ProblemCode.Forbidden), (reply.Status, reply.Code));
        }

        Assert.Equal(403, (await host.SendAsync("POST", "/api/events", "{}", Reader)).Status);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, null)]
    [InlineData("GET", "/docs/nothing", 404, null)]
    [InlineData("GET", "/api/v1/licenses/a/b/c/d", 404, null)]
    [InlineData("GET", "/api/v1/license/consume", 405, "POST")]
    [InlineData("DELETE", "/api/v1/license/check", 405, "GET, HEAD, POST")]
    [InlineData("PUT", "/api/v1/licenses/lic_1", 405, "DELETE, GET, HEAD, PATCH")]
    [InlineData("DELETE", "/api/events", 405, "POST")]
    public async Task An_unknown_route_or_method_is_a_problem_document(string method, string path, int status, string? allow)
    {
        await using var host = await MemoryHost.StartAsync();
        var reply = await host.SendAsync(method, path);
        Assert.Equal((status, "application/problem+json"), (reply.Status, reply.MediaType));
        Assert.Equal(status == 404 ? ProblemCode.NotFound : ProblemCode.MethodNotAllowed, reply.Code);
        Assert.Equal(allow, reply.ContentHeaders.TryGetValues("Allow", out var values) ? string.Join(", ", values) : null);
    }
}
