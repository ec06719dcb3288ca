namespace Metering.Server.Demo;

/// <summary>What the server prints when it starts with demo data.</summary>
internal static class DemoTour
{
    /// <summary>Lines to paste into a shell.</summary>
    internal static string Lines(string url, string token) => $$"""

        The demo is ready. Paste these lines one by one:

          # May I? (nothing is counted)
          curl -s {{url}}/api/v1/license/check -H 'Authorization: License {{DemoLicenses.Acme.Key}}' -H 'Content-Type: application/json' -d '{"feature_code": "messages"}'

          # I am using one (the same Idempotency-Key counts once, however often it is sent)
          curl -s {{url}}/api/v1/license/consume -H 'Authorization: License {{DemoLicenses.Acme.Key}}' -H 'Idempotency-Key: my-first-key' -H 'Content-Type: application/json' -d '{"feature_code": "api_calls", "amount": 1}'

          # This customer has one message left of 100: the first is let through, the second refused
          curl -s {{url}}/api/v1/license/consume -H 'Authorization: License {{DemoLicenses.Globex.Key}}' -H 'Idempotency-Key: m-100' -H 'Content-Type: application/json' -d '{"feature_code": "messages"}'
          curl -s {{url}}/api/v1/license/consume -H 'Authorization: License {{DemoLicenses.Globex.Key}}' -H 'Idempotency-Key: m-101' -H 'Content-Type: application/json' -d '{"feature_code": "messages"}'

          # Events from a producer, and what they came to
          curl -s {{url}}/api/events -H 'Authorization: Bearer {{token}}' -H 'Content-Type: application/json' -d '{"tenant_id": "tenant_acme", "metric": "api_calls", "quantity": 1, "user_id": "user_1"}'
          curl -s {{url}}/api/quota/tenant_acme/api_calls -H 'Authorization: Bearer {{token}}'

          # The evidence
          curl -s '{{url}}/api/v1/licenses/{{DemoLicenses.Acme.Id}}/ledger?limit=5' -H 'Authorization: Bearer {{token}}'

        """;
}
