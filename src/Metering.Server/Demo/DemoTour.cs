using System.Globalization;

namespace Metering.Server.Demo;

/// <summary>What the server prints when it starts with demo data.</summary>
internal static class DemoTour
{
    /// <summary>Lines to paste into a shell.</summary>
    /// <param name="url">The server's address.</param>
    /// <param name="token">A token with all scopes.</param>
    /// <param name="now">The meter's time: the export is that of the month before.</param>
    internal static string Lines(string url, string token, DateTimeOffset now) => $$"""

        The demo is ready. Look at it: {{url}}/dashboard
        Sign in with this token:       {{token}}

        Or paste these lines one by one:

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

          # What a customer used, day by day in the open period: from the day on which the allowance is used up, there is overage with a cost
          curl -s '{{url}}/api/usage/tenant_initech/api_calls?granularity=day' -H 'Authorization: Bearer {{token}}'

          # What goes on that customer's bill: a line for each period, with the cost by tier
          curl -s {{url}}/api/billing-report -H 'Authorization: Bearer {{token}}' -H 'Content-Type: application/json' -d '{"tenant_id": "tenant_initech"}'

          # Last month's daily usage of all customers in a CSV file; the second line says, once it is done, where the file is
          curl -s {{url}}/api/v1/exports -H 'Authorization: Bearer {{token}}' -H 'Content-Type: application/json' -d '{"report": "usage", "from": "{{Month(now, -1)}}", "to": "{{Month(now, 0)}}", "format": "csv"}'
          curl -s '{{url}}/api/v1/exports?limit=1' -H 'Authorization: Bearer {{token}}'

          # The evidence
          curl -s '{{url}}/api/v1/licenses/{{DemoLicenses.Acme.Id}}/ledger?limit=5' -H 'Authorization: Bearer {{token}}'

        """;

    private static string Month(DateTimeOffset now, int months) =>
        new DateOnly(now.UtcDateTime.Year, now.UtcDateTime.Month, 1).AddMonths(months).ToString("O", CultureInfo.InvariantCulture)
        + "T00:00:00Z";
}
