using System.Net;
using System.Text;
using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Http;

/// <summary>Something before the meter that answers in its place.</summary>
public sealed class ProxyAnswerTests(Meter meter) : IClassFixture<Meter>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TempFolder _folder = new();
    private readonly Wire _wire = new();

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.MethodNotAllowed)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task What_is_not_the_meters_answer_is_an_absent_meter(HttpStatusCode status)
    {
        var license = await meter.LicenseAsync();
        _wire.Proxy = status;
        await using var strict = Client(license, meter.Address, directory: null);
        await using var kept = Client(license, meter.Address, _folder.Path);

        var away = await Assert.ThrowsAsync<MeteringUnavailableException>(() => strict.ConsumeAsync("calls"));
        await Assert.ThrowsAsync<MeteringUnavailableException>(() => strict.ValidateAsync());
        var report = await kept.ReportAsync("calls", 2);

        Assert.Equal((int)status, away.Status);
        Assert.Contains("not an answer of the meter", away.Message, StringComparison.Ordinal);
        Assert.True(report.Offline);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(HttpStatusCode.RequestHeaderFieldsTooLarge)]
    public async Task A_request_that_nobody_can_read_is_no_absent_meter(HttpStatusCode status)
    {
        _wire.Proxy = status;
        await using var client = Client(new TestLicense("any", "lk_any"), meter.Address, directory: null);

        var problem = await Assert.ThrowsAsync<MeteringProblemException>(() => client.ConsumeAsync("calls"));

        Assert.Equal(("unknown", (int)status), (problem.Code, problem.Status));
    }

    [Theory]
    [InlineData("text/html", """{"code":"quota_exceeded","allowed":false}""")]
    [InlineData("application/problem+json", """{"title":"Not found"}""")]
    [InlineData("application/problem+json", """{"code":404,"allowed":false}""")]
    [InlineData("application/problem+json", "null")]
    public async Task Only_a_problem_document_with_a_code_is_the_meters(string type, string body)
    {
        using var way = new Fixed(HttpStatusCode.Forbidden, type, body);
        await using var client = new MeteringClient(
            new MeteringClientOptions { Address = meter.Address, LicenseKey = "lk_any" }, new HttpClient(way), TimeProvider.System, log: null);

        await Assert.ThrowsAsync<MeteringUnavailableException>(() => client.ConsumeAsync("calls"));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task A_queued_use_waits_until_the_meter_itself_answers(HttpStatusCode status)
    {
        var license = await meter.LicenseAsync();
        _wire.Cut = true;
        await using var client = Client(license, meter.Address, _folder.Path);
        await client.ReportAsync("calls", 2);

        (_wire.Proxy, _wire.Cut) = (status, false);
        await RefusedAsync(client.FlushAsync);
        _wire.Mend();
        await client.FlushAsync().WaitAsync(Limit);

        Assert.Equal(2, await meter.UsedAsync(license));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "rejected.ndjson")));
    }

    [Fact]
    public async Task A_queued_use_waits_for_the_right_address()
    {
        var license = await meter.LicenseAsync();
        await using (var lost = Client(license, new Uri(meter.Address, "nowhere/"), _folder.Path))
        {
            _wire.Cut = true;
            await lost.ReportAsync("calls", 2);
            _wire.Cut = false;
            await RefusedAsync(lost.FlushAsync);
        }

        await using var client = Client(license, meter.Address, _folder.Path);
        await client.FlushAsync().WaitAsync(Limit);

        Assert.Equal(2, await meter.UsedAsync(license));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Gone)]
    public async Task An_event_waits_until_the_meter_itself_answers(HttpStatusCode status)
    {
        var license = await meter.LicenseAsync();
        _wire.Proxy = status;
        await using var events = new MeteringEvents(
            new MeteringEventsOptions { Address = meter.Address, Token = Meter.Token, QueueDirectory = _folder.Path },
            new HttpClient(_wire, disposeHandler: false), TimeProvider.System, log: null);

        events.Add(new UsageEvent { LicenseId = license.Id, Metric = "calls", Quantity = 2 });
        await RefusedAsync(events.FlushAsync);
        _wire.Mend();
        await events.FlushAsync().WaitAsync(Limit);

        Assert.Equal(2, await meter.UsedAsync(license));
    }

    public void Dispose()
    {
        _wire.Dispose();
        _folder.Dispose();
    }

    // A second request shows that the first one's answer did not settle the record.
    private async Task RefusedAsync(Func<CancellationToken, Task> flush)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var before = _wire.Sent;
        var flushed = flush(stop.Token);
        while (!flushed.IsCompleted && _wire.Sent < before + 2)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.False(flushed.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flushed);
    }

    private MeteringClient Client(TestLicense license, Uri address, string? directory) => new(
        new MeteringClientOptions { Address = address, LicenseKey = license.Key, QueueDirectory = directory },
        new HttpClient(_wire, disposeHandler: false), TimeProvider.System, log: null);

    private sealed class Fixed(HttpStatusCode status, string type, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status)
            {
                Content = new StringContent(body, Encoding.UTF8, type), RequestMessage = request,
            });
    }
}
