using System.Globalization;
using System.Text.Json;
using Metering.Api.Tests.Memory;
using Microsoft.Extensions.Options;

namespace Metering.Api.Tests;

public class ServiceTests
{
    [Fact]
    public async Task Health_says_whether_the_host_can_serve()
    {
        await using var host = await MemoryHost.StartAsync();
        Assert.Equal("live", (await host.SendAsync("GET", "/health/live", null, null)).Text("status"));
        Assert.Equal("ready", (await host.SendAsync("GET", "/health/ready", null, null)).Text("status"));
        host.NotReady = "The disk is full.";
        Assert.Equal(200, (await host.SendAsync("GET", "/health/live", null, null)).Status);
        var reply = await host.SendAsync("GET", "/health/ready", null, null);
        Assert.Equal((503, ProblemCode.NotReady), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Why_the_host_cannot_serve_is_told_to_whoever_may_read_and_to_nobody_else()
    {
        await using var host = await MemoryHost.StartAsync();
        host.NotReady = "The file /var/lib/meter/journal.db cannot be written.";
        var made = await host.SendAsync("POST", "/api/v1/tokens", """{"name":"n","scopes":["read"],"tenant_id":"t"}""");

        foreach (var stranger in new[] { null, "Bearer mt_unknown", "Bearer " + MemoryHost.ProducerToken, "Bearer " + made.Text("token") })
        {
            var reply = await host.SendAsync("GET", "/health/ready", null, stranger);
            Assert.Equal(503, reply.Status);
            Assert.DoesNotContain("journal.db", reply.Text("detail"), StringComparison.Ordinal);
        }

        var told = await host.SendAsync("GET", "/health/ready", null, "Bearer " + MemoryHost.ReaderToken);
        Assert.Equal((503, host.NotReady), (told.Status, told.Text("detail")));
    }

    [Theory]
    [InlineData("""{"now":"2027-01-31T12:00:00+02:00"}""", "2027-01-31T10:00:00Z")]
    [InlineData("""{"advance":"P1D"}""", "2026-11-22T10:00:00Z")]
    [InlineData("""{"advance":"P1M"}""", "2026-12-21T10:00:00Z")]
    [InlineData("""{"advance":"PT1.5S"}""", "2026-11-21T10:00:01.500Z")]
    [InlineData("""{"advance":"P1Y2M3DT4H5M6S"}""", "2028-01-24T14:05:06Z")]
    [InlineData("""{"advance":"-P1D"}""", null)]
    [InlineData("""{"advance":"P-1D"}""", "2026-11-20T10:00:00Z")]
    [InlineData("""{"advance":"tomorrow"}""", null)]
    [InlineData("""{"advance":"P9999Y"}""", null)]
    [InlineData("""{"advance":"P99999999999D"}""", null)]
    [InlineData("""{"advance":5}""", null)]
    [InlineData("""{"now":"noon"}""", null)]
    [InlineData("""{}""", null)]
    [InlineData("""{"now":"2027-01-31T12:00:00Z","advance":"P1D"}""", null)]
    public async Task The_test_clock_is_set_or_moved(string body, string? now)
    {
        await using var host = await MemoryHost.StartAsync();
        var reply = await host.SendAsync("PUT", "/api/v1/test-clock", body);
        Assert.Equal(now is null ? 400 : 200, reply.Status);
        Assert.Equal(now ?? "2026-11-21T10:00:00Z", (await host.SendAsync("GET", "/api/v1/test-clock")).Text("now"));
    }

    [Fact]
    public async Task Without_a_test_clock_there_is_no_such_route()
    {
        await using var host = await MemoryHost.StartAsync();
        host.Clock.IsTestClock = false;
        Assert.Equal(
            (404, ProblemCode.NotFound), (await host.SendAsync("GET", "/api/v1/test-clock")) is var get ? (get.Status, get.Code) : default);
        Assert.Equal(404, (await host.SendAsync("PUT", "/api/v1/test-clock", """{"advance":"P1D"}""")).Status);
    }

    [Theory]
    [InlineData("MaxBodyBytes", "0")]
    [InlineData("KeyCacheSize", "-5")]
    [InlineData("Issuer", " ")]
    public async Task A_wrong_option_names_itself_and_the_host_does_not_start(string option, string value)
    {
        var problem = await Assert.ThrowsAsync<OptionsValidationException>(
            () => MemoryHost.StartAsync(null, $"--Metering:Api:{option}={value}"));
        Assert.Contains("Metering:Api:" + option, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_lists_every_route_and_what_it_answers()
    {
        await using var host = await MemoryHost.StartAsync();
        var document = (await host.SendAsync("GET", "/openapi/v1.json", null, null)).Json;
        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(
                path => path.Value.EnumerateObject()
                    .Select(operation => (Path: path.Name, Method: operation.Name.ToUpperInvariant(), operation.Value))).ToList();
        Assert.Equal(
            ApiRoutes.All.SelectMany(
                route => route.Methods.Where(method => method != "HEAD").Select(method => $"{method} /{route.Pattern}"))
                    .Order(StringComparer.Ordinal),
            operations.Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal));
        Assert.Equal(
            operations.Count, operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).Distinct().Count());
        foreach (var (path, _, operation) in operations)
        {
            Assert.NotEqual("", operation.GetProperty("summary").GetString());
            var parameters = operation.TryGetProperty("parameters", out var given)
                ? given.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).ToList()
                : [];
            Assert.All(path.Split('/').Where(part => part.StartsWith('{')), part => Assert.Contains(part.Trim('{', '}'), parameters));
            Assert.Contains(operation.GetProperty("responses").EnumerateObject(), response => response.Name[0] == '2');
        }

        foreach (var reference in References(document))
        {
            var found = document;
            foreach (var part in reference["#/".Length..].Split('/'))
            {
                Assert.True(
                    found.ValueKind == JsonValueKind.Array ? int.Parse(part, CultureInfo.InvariantCulture) < found.GetArrayLength()
                        : found.TryGetProperty(part, out _), reference);
                found = found.ValueKind == JsonValueKind.Array
                    ? found[int.Parse(part, CultureInfo.InvariantCulture)]
                    : found.GetProperty(part);
            }
        }
    }

    [Fact]
    public async Task A_usage_answers_schema_names_what_a_usage_answer_has()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var answer = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""");
        var schemas = (await host.SendAsync("GET", "/openapi/v1.json", null, null)).Json.GetProperty("components").GetProperty("schemas");
        Assert.Equal(
            schemas.GetProperty("UsageAnswer").GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(),
            answer.Json.EnumerateObject().Select(property => property.Name).Order());
        Assert.Equal(
            "number", schemas.GetProperty("UsageAnswer").GetProperty("properties").GetProperty("used").GetProperty("type").GetString());
        Assert.Contains("\"rate_limit\"", schemas.GetProperty("UsageAnswer").GetRawText(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == "$ref" ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
