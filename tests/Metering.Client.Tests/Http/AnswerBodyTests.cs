using System.Net;
using Metering.Client.Admin;
using Metering.Client.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Metering.Client.Tests.Http;

/// <summary>A meter, or a proxy before it, that begins an answer and does not go on.</summary>
public sealed class AnswerBodyTests
{
    private const string Allowed = """{"allowed":true,"feature_code":"calls"}""";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(1);
    private static readonly Uri Address = new("http://meter.example/");

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_body_that_stops_ends_with_its_try(HttpStatusCode status)
    {
        using var way = new Stalled(status, Allowed);
        await using var client = Client(MeterHttp.NewHttp(Attempt, maxRetries: 0, way));

        await Assert.ThrowsAsync<MeteringUnavailableException>(() => client.ConsumeAsync("calls").WaitAsync(Limit));
    }

    [Fact]
    public async Task A_body_that_stops_is_asked_for_again()
    {
        using var way = new Stalled(HttpStatusCode.OK, Allowed, times: 1);
        await using var client = Client(MeterHttp.NewHttp(Attempt, maxRetries: 1, way));

        Assert.True((await client.ConsumeAsync("calls").WaitAsync(Limit)).Allowed);
        Assert.Equal(2, way.Sent);
    }

    [Fact]
    public async Task So_it_does_in_an_application_with_services()
    {
        using var way = new Stalled(HttpStatusCode.OK, Allowed, times: 1);
        var services = new ServiceCollection();
        services
            .AddMetering(options =>
                (options.Address, options.LicenseKey, options.AttemptTimeout, options.MaxRetries) = (Address, "lk_any", Attempt, 1))
            .ConfigurePrimaryHttpMessageHandler(() => way);
        await using var provider = services.BuildServiceProvider();

        var client = provider.GetRequiredService<MeteringClient>();

        Assert.True((await client.ConsumeAsync("calls").WaitAsync(Limit)).Allowed);
        Assert.Equal(2, way.Sent);
    }

    [Fact]
    public async Task A_download_ends_when_no_more_of_it_comes()
    {
        using var way = new Stalled(HttpStatusCode.OK, Allowed);
        var clock = new FakeTimeProvider();
        var options = new MeteringAdminOptions { Address = Address, Token = "t" };
        // A try's own limit is out of the way here: it ends with the headers.
        using var admin = new MeteringAdmin(options, MeterHttp.NewHttp(TimeSpan.FromHours(1), maxRetries: 0, way), clock);
        using var to = new MemoryStream();

        var download = admin.Exports.DownloadAsync("e", to);
        using var limit = new CancellationTokenSource(Limit);
        while (!download.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            clock.Advance(options.AttemptTimeout);
            await Task.Yield();
        }

        var stopped = await Assert.ThrowsAsync<MeteringUnavailableException>(() => download);
        Assert.Contains("nothing came for 30 s", stopped.Message, StringComparison.Ordinal);
        Assert.Equal("{"u8.ToArray(), to.ToArray());
    }

    [Fact]
    public async Task The_problem_of_a_download_ends_with_its_try()
    {
        using var way = new Stalled(HttpStatusCode.NotFound, Allowed);
        var options = new MeteringAdminOptions { Address = Address, Token = "t" };
        using var admin = new MeteringAdmin(options, MeterHttp.NewHttp(Attempt, maxRetries: 0, way), TimeProvider.System);

        await Assert.ThrowsAsync<MeteringUnavailableException>(() => admin.Exports.DownloadAsync("e", Stream.Null).WaitAsync(Limit));
    }

    private static MeteringClient Client(HttpClient http) =>
        new(new MeteringClientOptions { Address = Address, LicenseKey = "lk_any" }, http, TimeProvider.System, log: null);
}
