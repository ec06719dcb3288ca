using System.Net;
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
    private const int MaxTries = 20;

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(500);

    private const string Catalog =
        """
        { "features": [ { "code": "api_calls", "name": "API calls", "kind": "metered", "metric": "counter", "unit": "call" } ],
          "plans": [ { "id": "load", "name": "Load", "group": "base", "default": true,
                       "includes": [ { "feature_code": "api_calls", "limit": 1000000000000, "reset": "month" } ] } ] }
        """;

    /// <summary>Makes the catalog and licenses, through the API.</summary>
    /// <param name="http">Has the address and a token that may manage.</param>
    /// <param name="count">How many licenses.</param>
    /// <param name="callers">How many are made at the same time.</param>
    public static async Task<LoadedLicense[]> MakeAsync(HttpClient http, int count, int callers = MaxConcurrentMakers)
    {
        await SendAsync(
            http,
            () => new HttpRequestMessage(HttpMethod.Put, "/api/v1/catalog")
            {
                Content = new StringContent(Catalog, Encoding.UTF8, "application/json"),
            },
            CancellationToken.None);

        var licenses = new LoadedLicense[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = callers },
            async (number, stop) =>
            {
                // Under one key however often it is sent, so that none is made twice.
                var key = Guid.NewGuid().ToString("N");
                var answer = await SendAsync(
                    http,
                    () =>
                    {
                        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/licenses")
                        {
                            Content = JsonContent.Create(new { tenant_id = $"tenant_{number}" }),
                        };
                        request.Headers.Add("Idempotency-Key", key);
                        return request;
                    },
                    stop);
                licenses[number] = new LoadedLicense(answer.GetProperty("id").GetString()!, answer.GetProperty("key").GetString()!);
            });
        return licenses;
    }

    // A host that has just started, or several on two cores, answer 503 to so many at once: the request is sent again, as a client does.
    private static async Task<JsonElement> SendAsync(HttpClient http, Func<HttpRequestMessage> make, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            using var request = make();
            using var answer = await http.SendAsync(request, stop);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || tries == MaxTries)
            {
                return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(stop);
            }

            await Task.Delay(BusyPause, stop);
        }
    }
}
