using System.Text.RegularExpressions;
using Metering.Conformance.Client;

namespace Metering.Conformance.Service;

public sealed partial class ServiceTests : ContractTest
{
    /// <summary>The contract's routes, parameters without their names.</summary>
    public static TheoryData<string, string> Routes => new()
    {
        { "post", "/api/v1/license/consume" }, { "get", "/api/v1/license/check" }, { "post", "/api/v1/license/check" },
        { "post", "/api/v1/license/report" }, { "post", "/api/v1/license/validate" }, { "get", "/api/v1/license/usage" },
        { "post", "/api/v1/license/reservations" }, { "post", "/api/v1/license/reservations/{}/commit" },
        { "delete", "/api/v1/license/reservations/{}" },
        { "post", "/api/v1/license/leases" }, { "post", "/api/v1/license/leases/{}/sync" },
        { "put", "/api/v1/license/machines/{}" }, { "delete", "/api/v1/license/machines/{}" }, { "get", "/.well-known/jwks.json" },
        { "post", "/api/events" }, { "post", "/api/v1/events" }, { "get", "/api/v1/dead-letters" },
        { "post", "/api/v1/dead-letters/{}/retry" },
        { "get", "/api/quota/{}/{}" }, { "get", "/api/v1/quota/{}/{}" },
        { "put", "/api/v1/catalog" }, { "get", "/api/v1/catalog" }, { "get", "/api/v1/features" }, { "get", "/api/v1/features/{}" },
        { "post", "/api/v1/features" }, { "get", "/api/v1/plans" }, { "get", "/api/v1/plans/{}" }, { "get", "/api/v1/plans/{}/versions" },
        { "post", "/api/v1/plans" }, { "post", "/api/v1/plans/{}/migrate" },
        { "post", "/api/v1/licenses" }, { "get", "/api/v1/licenses" }, { "get", "/api/v1/licenses/{}" }, { "patch", "/api/v1/licenses/{}" },
        { "delete", "/api/v1/licenses/{}" }, { "post", "/api/v1/licenses/{}/suspend" }, { "post", "/api/v1/licenses/{}/resume" },
        { "post", "/api/v1/licenses/{}/rotate-key" }, { "post", "/api/v1/licenses/{}/view-tokens" }, { "post", "/api/v1/licenses/{}/features" }, { "get", "/api/v1/licenses/{}/features" },
        { "delete", "/api/v1/licenses/{}/features/{}" }, { "post", "/api/v1/licenses/{}/usage/reset" },
        { "post", "/api/v1/licenses/{}/usage/decrement" },
        { "post", "/api/v1/licenses/{}/usage/resume" }, { "get", "/api/v1/licenses/{}/usage" },
        { "post", "/api/v1/licenses/{}/grants" }, { "get", "/api/v1/licenses/{}/grants" }, { "delete", "/api/v1/licenses/{}/grants/{}" },
        { "post", "/api/v1/licenses/{}/balances" }, { "get", "/api/v1/licenses/{}/balances" },
        { "post", "/api/v1/licenses/{}/balances/{}/top-up" },
        { "post", "/api/v1/licenses/{}/balances/{}/withdraw" }, { "post", "/api/v1/licenses/{}/balances/{}/suspend" },
        { "post", "/api/v1/licenses/{}/balances/{}/resume" }, { "get", "/api/v1/licenses/{}/ledger" },
        { "get", "/api/v1/licenses/{}/rollups" },
        { "get", "/api/v1/licenses/{}/holds" }, { "get", "/api/v1/licenses/{}/machines" },
        { "post", "/api/v1/licenses/{}/actions/increment-usage" }, { "post", "/api/v1/licenses/{}/actions/decrement-usage" },
        { "post", "/api/v1/licenses/{}/actions/reset-usage" }, { "post", "/api/v1/webhooks" }, { "get", "/api/v1/webhooks" },
        { "patch", "/api/v1/webhooks/{}" }, { "delete", "/api/v1/webhooks/{}" }, { "get", "/api/v1/webhooks/{}/deliveries" },
        { "post", "/api/v1/webhooks/{}/test" }, { "post", "/api/v1/webhooks/{}/deliveries/{}/redeliver" },
        { "get", "/api/v1/overview" }, { "get", "/api/v1/events/recent" },
        { "get", "/health/live" }, { "get", "/health/ready" }, { "get", "/openapi/v1.json" },
    };

    [Fact]
    public async Task The_host_is_alive_and_ready()
    {
        await Meter.As(null).Get("/health/live").Is(200);
        await Meter.As(null).Get("/health/ready").Is(200);
    }

    [Theory]
    [InlineData("/dashboard", "text/html")]
    [InlineData("/dashboard/main.js", "text/javascript")]
    [InlineData("/docs", "text/html")]
    public async Task The_pages_for_people_are_there(string path, string type) =>
        Assert.Equal(type, (await Meter.As(null).Get(path).Is(200)).MediaType);

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task The_openapi_document_has_every_route_of_the_contract(string method, string path)
    {
        var document = await Meter.As(null).Get("/openapi/v1.json").Is(200);
        Assert.StartsWith("3.", document.String("openapi"), StringComparison.Ordinal);

        var found = document["paths"].EnumerateObject()
            .Any(item => Parameter().Replace(item.Name, "{}") == path && item.Value.TryGetProperty(method, out _));

        Assert.True(found, $"{method} {path} is not in the document");
    }

    [Fact]
    public async Task Every_operation_of_the_openapi_document_has_its_own_name_and_says_what_it_answers()
    {
        var document = await Meter.As(null).Get("/openapi/v1.json").Is(200);
        var methods = new[] { "get", "put", "post", "delete", "patch" };

        var operations = document["paths"].EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Where(item => methods.Contains(item.Name)).ToList();

        Assert.NotEmpty(operations);
        Assert.All(operations, operation => Assert.NotEmpty(operation.Value.GetProperty("responses").EnumerateObject()));
        var names = operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task Every_reference_in_the_openapi_document_leads_somewhere()
    {
        var document = await Meter.As(null).Get("/openapi/v1.json").Is(200);

        var references = Reference().Matches(document.Text).Select(reference => reference.Groups[1].Value).Distinct();

        Assert.DoesNotContain(references, reference => !document.Contains(reference.Replace('/', '.')));
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("\"\\$ref\":\\s*\"#/([^\"]+)\"")]
    private static partial Regex Reference();
}
