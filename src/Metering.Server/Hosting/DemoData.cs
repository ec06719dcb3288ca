using Metering.Api;

namespace Metering.Server.Hosting;

/// <summary>
/// Demo data to try the server with: two plans, two customers with a license each, some use. Putting it in twice changes nothing.
/// </summary>
internal sealed class DemoData(ICatalogStore catalog, ILicenseDirectory directory, NotedMeters meters, IMeterClock clock)
{
    // Known beforehand, because only hashes are kept and the tour prints the keys at every start.
    private const string AcmeKey = "lk_demo_acme_0000000000000000000000000000000";
    private const string GlobexKey = "lk_demo_globex_00000000000000000000000000000";
    private const string AcmeId = "lic_demo_acme";
    private const string GlobexId = "lic_demo_globex";

    private static readonly Feature ApiCalls = new() { Code = "api_calls", Name = "API calls", Unit = "call" };
    private static readonly Feature Messages = new() { Code = "messages", Name = "Messages", Unit = "message" };
    private static readonly Feature ProModels = new() { Code = "pro_models", Name = "Pro models", Kind = FeatureKind.Boolean };
    private static readonly Reset Monthly = new() { Interval = Interval.Month };

    /// <summary>Puts in what is missing.</summary>
    internal async Task PutAsync(CancellationToken cancellationToken)
    {
        var plans = await catalog.ChangeAsync(PutCatalog, cancellationToken);
        await PutLicenseAsync(AcmeId, "tenant_acme", AcmeKey, plans.Resolve(plans.FindPlan("pro")!), 1_000, cancellationToken);
        await PutLicenseAsync(GlobexId, "tenant_globex", GlobexKey, plans.Resolve(plans.FindPlan("free")!), 100, cancellationToken);
        await UseAsync(AcmeId, ApiCalls.Code, "user_1", 41, cancellationToken);
        await UseAsync(AcmeId, Messages.Code, "user_1", 20, cancellationToken);
        await UseAsync(AcmeId, Messages.Code, "user_2", 5, cancellationToken);
        await UseAsync(GlobexId, Messages.Code, "user_9", 99, cancellationToken);
    }

    /// <summary>Lines to paste into a shell.</summary>
    internal static string Tour(string url, string token) => $$"""

        The demo is ready. Paste these lines one by one:

          # May I? (nothing is counted)
          curl -s {{url}}/api/v1/license/check -H 'Authorization: License {{AcmeKey}}' -H 'Content-Type: application/json' -d '{"feature_code": "messages"}'

          # I am using one (the same Idempotency-Key counts once, however often it is sent)
          curl -s {{url}}/api/v1/license/consume -H 'Authorization: License {{AcmeKey}}' -H 'Idempotency-Key: my-first-key' -H 'Content-Type: application/json' -d '{"feature_code": "api_calls", "amount": 1}'

          # This customer has one message left of 100: the first is let through, the second refused
          curl -s {{url}}/api/v1/license/consume -H 'Authorization: License {{GlobexKey}}' -H 'Idempotency-Key: m-100' -H 'Content-Type: application/json' -d '{"feature_code": "messages"}'
          curl -s {{url}}/api/v1/license/consume -H 'Authorization: License {{GlobexKey}}' -H 'Idempotency-Key: m-101' -H 'Content-Type: application/json' -d '{"feature_code": "messages"}'

          # Events from a producer, and what they came to
          curl -s {{url}}/api/events -H 'Authorization: Bearer {{token}}' -H 'Content-Type: application/json' -d '{"tenant_id": "tenant_acme", "metric": "api_calls", "quantity": 1, "user_id": "user_1"}'
          curl -s {{url}}/api/quota/tenant_acme/api_calls -H 'Authorization: Bearer {{token}}'

          # The evidence
          curl -s '{{url}}/api/v1/licenses/{{AcmeId}}/ledger?limit=5' -H 'Authorization: Bearer {{token}}'

        """;

    private CatalogSnapshot PutCatalog(CatalogSnapshot before)
    {
        var features = before.Features;
        foreach (var feature in new[] { ApiCalls, Messages, ProModels }.Where(feature => !features.ContainsKey(feature.Code)))
        {
            features = features.Add(feature.Code, feature);
        }

        var plans = before.Plans;
        foreach (var plan in new[] { Free(), Pro() }.Where(plan => !plans.ContainsKey(plan.Id)))
        {
            plans = plans.Add(plan.Id, [plan]);
        }

        return before with { Features = features, Plans = plans };
    }

    private Plan Free() => new()
    {
        Id = "free",
        Name = "Free",
        Default = true,
        PublishedAt = clock.UtcNow,
        Includes = [new PlanInclude(Messages.Code, new Terms { Limit = 100, Reset = Monthly })],
    };

    private Plan Pro() => new()
    {
        Id = "pro",
        Name = "Pro",
        Price = new PlanPrice(19, "USD", Interval.Month),
        PublishedAt = clock.UtcNow,
        Includes =
        [
            new PlanInclude(Messages.Code, new Terms { Limit = 2_000, Reset = Monthly }),
            new PlanInclude(ProModels.Code, Terms.Unlimited),
        ],
    };

    private async Task PutLicenseAsync(
        string id, string tenant, string key, PlanTerms plan, decimal apiCalls, CancellationToken cancellationToken)
    {
        // The state first: a license that is in the directory has one. Both may be done again after a crash between them.
        var opened = await meters.ApplyAsync(
            id,
            new OpenLicense
            {
                LicenseId = id,
                TenantId = tenant,
                Plans = [plan],
                Features = [new FeatureTerms(ApiCalls, new Terms { Limit = apiCalls, Reset = Monthly })],
            },
            null,
            cancellationToken);
        RequireApplied(opened);
        if (await directory.FindAsync(id, cancellationToken) is null)
        {
            var hash = SecretHash.Of(key).ToString();
            await directory.AddAsync(
                new LicenseRecord { Id = id, TenantId = tenant, KeyHash = hash, CreatedAt = clock.UtcNow }, cancellationToken);
        }
    }

    private async Task UseAsync(string license, string feature, string user, decimal amount, CancellationToken cancellationToken) =>
        RequireApplied(await meters.ApplyAsync(
            license,
            new Consume { FeatureCode = feature, Given = amount, UserId = user },
            // The same key each time, so that a second start counts nothing (rule 8).
            Once.ByKey($"demo-{feature}-{user}", "demo"),
            cancellationToken));

    // A demo whose quota somebody has used up, or whose memory is over, is as good as new.
    private static void RequireApplied(ApplyResult result)
    {
        if (result.Status is ApplyStatus.Busy or ApplyStatus.Failed or ApplyStatus.LicenseNotFound)
        {
            throw new StoreUnavailableException("The demo data could not be put in; look at the log for the reason.");
        }
    }
}
