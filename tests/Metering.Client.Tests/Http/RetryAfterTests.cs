using System.Net;
using System.Net.Http.Headers;
using Metering.Client.Tests.Support;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;

namespace Metering.Client.Tests.Http;

/// <summary>Answers that ask to be left alone for a while.</summary>
public sealed class RetryAfterTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private readonly TempFolder _folder = new();
    private readonly SkippingClock _clock = new(Limit);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(5_000_000, 5)]
    public async Task A_call_waits_as_the_answer_asks_but_not_for_long(int asked, int waited)
    {
        using var way = new Busy(TimeSpan.FromSeconds(asked));
        using var http = Http(way);

        using var answer = await http.GetAsync(new Uri("http://meter.example/"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(waited), _clock.Waits.DefaultIfEmpty(TimeSpan.Zero).Single());
    }

    [Theory]
    [InlineData(120, 120)]
    [InlineData(50 * 24 * 3600, 300)]
    public async Task A_queue_waits_as_the_answer_asks_but_not_for_long(int asked, int waited)
    {
        var queue = new DiskQueue(_folder.Path, maxBytes: 4_096);
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tries = 0;
        await using var sender = new QueueSender(
            queue, new QueueSenderOptions(1, 4_096, TimeSpan.Zero, TimeSpan.Zero), SendAsync, _clock, NullLogger.Instance);
        sender.Added(queue.Add("1"u8));

        await taken.Task.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([TimeSpan.FromSeconds(waited)], _clock.Waits);

        Task<int> SendAsync(QueueBatch batch, CancellationToken stop)
        {
            if (++tries == 1)
            {
                throw new MeteringUnavailableException("Busy.") { RetryAfter = TimeSpan.FromSeconds(asked) };
            }

            taken.SetResult();
            return Task.FromResult(batch.Count);
        }
    }

    [Fact]
    public void Other_failures_and_times_that_are_over_ask_for_nothing()
    {
        var own = TimeSpan.FromSeconds(4);
        var past = new MeteringUnavailableException("Busy.") { RetryAfter = TimeSpan.FromSeconds(-1) };

        Assert.Equal(own, Resilience.Pause(new IOException(), own));
        Assert.Equal(own, Resilience.Pause(past, own));
    }

    public void Dispose() => _folder.Dispose();

    private HttpClient Http(HttpMessageHandler way)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _clock };
        Resilience.Configure(pipeline, attemptTimeout: Limit, maxRetries: 1);
        return new HttpClient(new ResilienceHandler(pipeline.Build()) { InnerHandler = way });
    }

    private sealed class Busy(TimeSpan wait) : HttpMessageHandler
    {
        private bool _asked;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(_asked ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
            _asked = true;
            return Task.FromResult(answer);
        }
    }
}
