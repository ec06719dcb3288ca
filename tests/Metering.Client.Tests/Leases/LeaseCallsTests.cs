using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Metering.Client.Tests.Leases;

/// <summary>What the meter is told of leases, where the meter has forgotten them.</summary>
public sealed class LeaseCallsTests
{
    [Theory]
    [InlineData("container-1", "container-1")]
    [InlineData(null, "container-2")]
    public async Task Late_use_is_told_in_the_name_of_the_machine_that_leased(string? leased, string told)
    {
        using var forgetful = new Forgetful();
        var options = new LeasedMeterOptions { FeatureCode = "calls", Directory = "unused", Fingerprint = "container-2" };
        using var http = new MeterHttp(
            new HttpClient(forgetful), new Uri("http://meter.example/"), new AuthenticationHeaderValue("License", "lk_any"));
        var lease = new HeldLease
        {
            Id = "lea_1", Amount = 10, TakenAt = DateTimeOffset.UnixEpoch, Seconds = 600, Fingerprint = leased, Token = "t",
        };

        var answer = await new LeaseCalls(http, options).SyncAsync(
            new LeaseReport(lease, [new LeaseStep("step", 3, DateTimeOffset.UnixEpoch)], Close: true), CancellationToken.None);

        Assert.Null(answer);
        var report = Assert.Single(forgetful.Reports);
        Assert.Equal((told, 3), (report.GetProperty("fingerprint").GetString(), report.GetProperty("amount").GetInt32()));
    }

    private sealed class Forgetful : HttpMessageHandler
    {
        public List<JsonElement> Reports { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/sync", StringComparison.Ordinal))
            {
                return new HttpResponseMessage(HttpStatusCode.NotFound)
                {
                    Content = new StringContent("""{"code":"hold_not_found"}""", Encoding.UTF8, "application/problem+json"),
                };
            }

            Reports.Add(JsonElement.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)));
            return new HttpResponseMessage { Content = new StringContent("""{"allowed":true,"feature_code":"calls"}""") };
        }
    }
}
