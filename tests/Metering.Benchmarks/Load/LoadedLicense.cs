using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Metering.Benchmarks;

/// <summary>A license to put under load: it may use as much as it likes of one metered feature.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">Its secret key.</param>
internal sealed record LoadedLicense(string Id, string Key)
{
    /// <summary>The feature.</summary>
    public const string Feature = "api_calls";

    private const int MaxConcurrentMakers = 64;

    private const string Catalog =
        """
        { "features": [ { "code": "api_calls", "name": "API calls", "kind": "metered", "metric": "counter", "unit": "call" } ],
          "plans": [ { "id": "load", "name": "Load", "group": "base", "default": true,
                       "includes": [ { "feature_code": "api_calls", "limit": 1000000000000, "reset": "month" } ] } ] }
        """;

    /// <summary>Makes the catalog and licenses, through the API.</summary>
    /// <param name="http">Has the address and a token that may manage.</param>
    /// <param name="count">How many licenses.</param>
    public static async Task<LoadedLicense[]> MakeAsync(HttpClient http, int count)
    {
        using var catalog = await http.PutAsync(
            new Uri("/api/v1/catalog", UriKind.Relative), new StringContent(Catalog, Encoding.UTF8, "application/json"));
        catalog.EnsureSuccessStatusCode();

        var licenses = new LoadedLicense[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentMakers },
            async (number, stop) =>
            {
                using var made = await http.PostAsJsonAsync("/api/v1/licenses", new { tenant_id = $"tenant_{number}" }, stop);
                made.EnsureSuccessStatusCode();
                var answer = await made.Content.ReadFromJsonAsync<JsonElement>(stop);
                licenses[number] = new LoadedLicense(answer.GetProperty("id").GetString()!, answer.GetProperty("key").GetString()!);
            });
        return licenses;
    }
}
