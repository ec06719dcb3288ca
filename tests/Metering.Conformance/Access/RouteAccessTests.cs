using System.Text.Json;
using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

/// <summary>
/// Who may call what: every operation of the host's OpenAPI document, by every kind of caller. An operation that is not in the table
/// fails the test, so that a new route has to say whom it lets in.
/// </summary>
public sealed class RouteAccessTests : ContractTest
{
    private const string Anybody = "anybody";
    private const string Software = "license";
    private const string Ingest = "ingest";
    private const string Read = "read";
    private const string Manage = "manage";

    private static readonly string[] Callers = [Software, Ingest, Read, Manage];

    /// <summary>Operations by whom they let in. Whoever manages has all scopes here, as the first token of a host has.</summary>
    private static readonly Dictionary<string, string[]> Operations = new(StringComparer.Ordinal)
    {
        [Anybody] =
        [
            "GET /health/live", "GET /health/ready", "GET /openapi/v1.json", "GET /.well-known/jwks.json",
        ],
        [Software] =
        [
            "POST /api/v1/license/consume", "GET /api/v1/license/check", "POST /api/v1/license/check", "POST /api/v1/license/report",
            "POST /api/v1/license/validate", "GET /api/v1/license/usage", "POST /api/v1/license/reservations",
            "POST /api/v1/license/reservations/{id}/commit", "DELETE /api/v1/license/reservations/{id}", "POST /api/v1/license/leases",
            "POST /api/v1/license/leases/{id}/sync", "PUT /api/v1/license/machines/{fingerprint}",
            "DELETE /api/v1/license/machines/{fingerprint}",
        ],
        [$"{Software} {Manage}"] =
        [
            "POST /api/v1/licenses/{id}/actions/increment-usage",
        ],
        [$"{Ingest} {Manage}"] =
        [
            "POST /api/events", "POST /api/v1/events",
        ],
        [$"{Read} {Manage}"] =
        [
            "GET /api/usage/{tenant}/{metric}", "GET /api/v1/usage/{tenant}/{metric}", "GET /api/usage/{tenant}/{metric}/top-users",
            "GET /api/v1/usage/{tenant}/{metric}/top-users", "POST /api/billing-report", "POST /api/v1/billing-report",
            "GET /api/v1/licenses/{id}/statement", "GET /api/v1/exports", "GET /api/v1/exports/{id}",
            "GET /api/v1/exports/{id}/file", "GET /api/v1/exports/{id}/manifest", "GET /api/v1/export-schedules",
            "GET /api/v1/export-schedules/{id}",
            "GET /api/quota/{tenant}/{metric}", "GET /api/v1/quota/{tenant}/{metric}", "GET /api/v1/catalog", "GET /api/v1/features",
            "GET /api/v1/features/{code}", "GET /api/v1/plans", "GET /api/v1/plans/{id}", "GET /api/v1/plans/{id}/versions",
            "GET /api/v1/plans/{id}/migrations/{migration}", "GET /api/v1/licenses", "GET /api/v1/licenses/{id}",
            "GET /api/v1/licenses/{id}/features", "GET /api/v1/licenses/{id}/usage", "GET /api/v1/licenses/{id}/grants",
            "GET /api/v1/licenses/{id}/balances", "GET /api/v1/licenses/{id}/ledger", "GET /api/v1/licenses/{id}/holds",
            "GET /api/v1/licenses/{id}/machines",
            "GET /api/v1/licenses/{id}/rollups", "GET /api/v1/dead-letters", "GET /api/v1/events/recent", "GET /api/v1/overview", "GET /api/v1/webhooks", "GET /api/v1/webhooks/{id}",
            "GET /api/v1/webhooks/{id}/deliveries", "GET /api/v1/test-clock",
        ],
        [Manage] =
        [
            "PUT /api/v1/catalog", "POST /api/v1/features", "POST /api/v1/plans", "POST /api/v1/plans/{id}/migrate",
            "POST /api/v1/licenses",
            "PATCH /api/v1/licenses/{id}", "DELETE /api/v1/licenses/{id}", "POST /api/v1/licenses/{id}/suspend",
            "POST /api/v1/licenses/{id}/resume",
            "POST /api/v1/licenses/{id}/rotate-key", "POST /api/v1/licenses/{id}/view-tokens",
            "POST /api/v1/licenses/{id}/features", "DELETE /api/v1/licenses/{id}/features/{code}",
            "POST /api/v1/licenses/{id}/usage/reset", "POST /api/v1/licenses/{id}/usage/decrement",
            "POST /api/v1/licenses/{id}/usage/resume",
            "POST /api/v1/licenses/{id}/grants", "DELETE /api/v1/licenses/{id}/grants/{grant}", "POST /api/v1/licenses/{id}/balances",
            "PATCH /api/v1/licenses/{id}/balances/{unit}",
            "POST /api/v1/licenses/{id}/balances/{unit}/top-up", "POST /api/v1/licenses/{id}/balances/{unit}/withdraw",
            "POST /api/v1/licenses/{id}/balances/{unit}/suspend", "POST /api/v1/licenses/{id}/balances/{unit}/resume",
            "POST /api/v1/licenses/{id}/actions/decrement-usage", "POST /api/v1/licenses/{id}/actions/reset-usage",
            "POST /api/v1/dead-letters/{id}/retry", "POST /api/v1/dead-letters/retry", "DELETE /api/v1/dead-letters/{id}",
            "POST /api/v1/webhooks", "PATCH /api/v1/webhooks/{id}", "DELETE /api/v1/webhooks/{id}",
            "POST /api/v1/webhooks/{id}/test", "GET /api/v1/tokens", "POST /api/v1/tokens", "DELETE /api/v1/tokens/{id}",
            "POST /api/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver", "PUT /api/v1/test-clock",
            "POST /api/v1/exports", "DELETE /api/v1/exports/{id}", "POST /api/v1/export-schedules",
            "PATCH /api/v1/export-schedules/{id}", "DELETE /api/v1/export-schedules/{id}",
        ],
    };

    /// <summary>What a token of one tenant may ask for, of its own; nothing else.</summary>
    private static readonly string[] OfOneTenant =
    [
        "POST /api/events", "POST /api/v1/events", "POST /api/billing-report", "POST /api/v1/billing-report", "GET /api/v1/licenses",
        "GET /api/usage/{tenant}/{metric}", "GET /api/v1/usage/{tenant}/{metric}", "GET /api/usage/{tenant}/{metric}/top-users",
        "GET /api/v1/usage/{tenant}/{metric}/top-users", "GET /api/quota/{tenant}/{metric}", "GET /api/v1/quota/{tenant}/{metric}",
        "GET /api/v1/licenses/{id}", "GET /api/v1/licenses/{id}/features", "GET /api/v1/licenses/{id}/usage",
        "GET /api/v1/licenses/{id}/grants", "GET /api/v1/licenses/{id}/balances", "GET /api/v1/licenses/{id}/holds",
        "GET /api/v1/licenses/{id}/machines", "GET /api/v1/licenses/{id}/ledger",
        "GET /api/v1/licenses/{id}/rollups", "GET /api/v1/licenses/{id}/statement", "GET /api/v1/dead-letters",
        "GET /api/v1/events/recent",
    ];

    /// <summary>What a view token may ask for, of its license; nothing else.</summary>
    private static readonly string[] OfViewers =
    [
        "GET /api/v1/licenses/{id}/features", "GET /api/v1/licenses/{id}/usage", "GET /api/v1/licenses/{id}/grants",
        "GET /api/v1/licenses/{id}/balances", "GET /api/v1/licenses/{id}/statement",
    ];

    [Fact]
    public async Task Every_operation_takes_a_stand_on_who_may_call_it()
    {
        var known = Operations.Values.SelectMany(operations => operations).ToList();
        var offered = await OperationsAsync();

        Assert.Equal(known.Count, known.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(offered.Except(known, StringComparer.Ordinal));
        Assert.Empty(known.Except(offered, StringComparer.Ordinal));
    }

    [ScopedTokensFact]
    public async Task Whoever_may_not_call_an_operation_is_told_so_and_whoever_may_is_not()
    {
        var host = await MeteringHost.Started;
        var license = await Meter.License(new { limit = 5 });
        var callers = new Dictionary<string, Meter>(StringComparer.Ordinal)
        {
            [Software] = license.Software,
            [Ingest] = Meter.As("Bearer", host.IngestToken),
            [Read] = Meter.As("Bearer", host.ReadToken),
            [Manage] = Meter,
        };

        foreach (var (admitted, operation) in Operations.SelectMany(pair => pair.Value.Select(operation => (pair.Key, operation))))
        {
            foreach (var name in Callers)
            {
                var may = admitted == Anybody || admitted.Split(' ').Contains(name);
                await CallAsync(callers[name], operation, license.Id, name, may ? null : (403, "forbidden"));
            }

            foreach (var (scheme, parameter) in
                new (string?, string?)[] { (null, null), ("License", "lk_unknown"), ("Bearer", "mt_unknown"), ("Basic", "dTpw") })
            {
                await CallAsync(
                    Meter.As(scheme, parameter),
                    operation,
                    license.Id,
                    $"{scheme ?? "nobody"}",
                    admitted == Anybody ? null : (401, "unauthenticated"));
            }
        }

        await license.Check().Is(200).Has("used", 0);
    }

    [Fact]
    public async Task A_view_token_reads_how_its_license_stands_and_nothing_else()
    {
        var license = await Meter.License(new { limit = 10 });
        var other = await Meter.License(new { limit = 10 });
        var caller = Meter.As("Bearer", (await license.Manage("/view-tokens").Is(201)).String("token"));
        foreach (var operation in Operations.Where(pair => pair.Key != Anybody).SelectMany(pair => pair.Value))
        {
            if (OfViewers.Contains(operation))
            {
                await AskAsync(caller, operation, license).Is(200);
                await AskAsync(caller, operation, other).Is(404);
                continue;
            }

            Assert.Equal("forbidden", Code(await AskAsync(caller, operation, license).Is(403)));
        }

        await license.Check().Has("used", 0);
    }

    [Fact]
    public async Task A_token_of_one_tenant_gets_its_own_and_finds_nothing_of_another_tenant()
    {
        var (own, other) = (await Meter.License(new { limit = 5 }), await Meter.License(new { limit = 5 }));
        var token = (await Meter.Post("/api/v1/tokens", new { name = "of one", scopes = new[] { "read", "ingest" }, tenant_id = own.Tenant })
            .Is(201)).String("token");
        var caller = Meter.As("Bearer", token);

        foreach (var operation in Operations.Where(pair => pair.Key != Anybody).SelectMany(pair => pair.Value))
        {
            if (!OfOneTenant.Contains(operation))
            {
                var refused = await AskAsync(caller, operation, own).Is(403);
                Assert.Equal("forbidden", Code(refused));
                continue;
            }

            await AskAsync(caller, operation, own).Is(operation.EndsWith("events", StringComparison.Ordinal) ? 202 : 200);
            var reply = await AskAsync(caller, operation, other);
            var expected = operation switch
            {
                "GET /api/v1/licenses" or "GET /api/v1/dead-letters" or "GET /api/v1/events/recent" => 200,
                "POST /api/events" or "POST /api/v1/events" => 403,
                _ => 404,
            };
            Assert.True(reply.Status == expected, $"{operation}: {reply.Status} {reply.Text}");
            Assert.DoesNotContain(other.Id, expected == 200 ? reply.Text : "", StringComparison.Ordinal);
        }

        await other.Check().Has("used", 0);
    }

    private static Task<Reply> AskAsync(Meter caller, string operation, License license)
    {
        var (method, template) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        var path = template.Replace("{id}", license.Id, StringComparison.Ordinal).Replace("{tenant}", license.Tenant, StringComparison.Ordinal)
            .Replace("{metric}", license.Feature, StringComparison.Ordinal);
        path = string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? "none" : part));
        return operation is "GET /api/v1/licenses" or "GET /api/v1/dead-letters" ? caller.Get($"{path}?tenant_id={license.Tenant}") : caller.Send(
            new HttpMethod(method),
            path,
            template.EndsWith("billing-report", StringComparison.Ordinal) ? new { tenant_id = license.Tenant }
            : template.EndsWith("events", StringComparison.Ordinal)
                ? new { tenant_id = license.Tenant, metric = license.Feature, quantity = 1 }
            : method is "GET" or "DELETE" ? null : "{}",
            "key");
    }

    // Nothing is named that there is, but the license where its own key calls; so who is let in changes nothing.
    private static async Task CallAsync(Meter caller, string operation, string licenseId, string name, (int Status, string Code)? refusal)
    {
        var (method, template) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        var id = name == Software && template.StartsWith("/api/v1/licenses/{id}", StringComparison.Ordinal) ? licenseId : "none";
        var path = string.Join('/', template.Split('/').Select(part => part == "{id}" ? id : part.StartsWith('{') ? "none" : part));
        var body = method is "GET" or "DELETE" ? null
            : template.EndsWith("dead-letters/retry", StringComparison.Ordinal) ? """{"code":"none"}"""
            : """{"meta":{"increment":0}}""";
        var reply = await caller.Send(new HttpMethod(method), path, body, "key");
        var code = Code(reply);
        if (refusal is { } expected)
        {
            Assert.True(reply.Status == expected.Status && code == expected.Code, $"{operation} by {name}: {reply.Status} {reply.Text}");
        }
        else
        {
            Assert.False(code is "forbidden" or "unauthenticated", $"{operation} by {name}: {reply.Status} {reply.Text}");
        }
    }

    // Keygen's forms have errors in JSON:API's form, with codes in capitals.
    private static string? Code(Reply reply)
    {
        if (reply.Status < 400 || reply.Text.Length == 0)
        {
            return null;
        }

        var json = JsonDocument.Parse(reply.Text).RootElement;
        return json.TryGetProperty("code", out var code) ? code.GetString()
            : json.GetProperty("errors")[0].GetProperty("code").GetString()!.ToLowerInvariant();
    }

    private async Task<IReadOnlyList<string>> OperationsAsync()
    {
        var document = JsonDocument.Parse((await Meter.Get("/openapi/v1.json").Is(200)).Text).RootElement;
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where operation.Name is "get" or "put" or "post" or "delete" or "patch" or "head" or "options"
               select $"{operation.Name.ToUpperInvariant()} {path.Name}",
        ];
    }
}
