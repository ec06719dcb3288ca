using System.Net;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Storage;

/// <summary>Whether an instance's clock agrees with the storage's, by what the answers say and how long they took.</summary>
public sealed class StorageTimeTests : IDisposable
{
    private readonly MovedTime _time = new();
    private readonly StampingStorage _storage;
    private readonly StorageTime _read;
    private readonly MeterTables _tables;
    private readonly HostClock _clock;

    public StorageTimeTests()
    {
        _storage = new StampingStorage(_time);
        _read = new StorageTime(_time);
        var options = StorageConnection.ClientOptions(_read);
        options.Transport = new HttpClientTransport(_storage);
        options.Retry.MaxRetries = 0;
        var service = new TableServiceClient("UseDevelopmentStorage=true", options);
        _tables = new MeterTables(service, service, "Test");
        _clock = new HostClock(_tables, _time, _read, Options.Create(new FunctionsOptions()));
    }

    public void Dispose() => _storage.Dispose();

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(-59, true)]
    [InlineData(63, false)]
    [InlineData(-63, false)]
    [InlineData(86_400, false)]
    [InlineData(-86_400, false)]
    public async Task An_instance_that_is_more_than_a_minute_off_counts_nothing_and_says_so(int seconds, bool counts)
    {
        _storage.Behind = TimeSpan.FromSeconds(seconds);
        await AnswersAsync(StorageTime.Agreeing);

        Assert.Equal(counts, await CountsAsync());
        var ready = await new TableReadiness(_tables, _clock, _read, SettingFaults.None).WhyNotReadyAsync(default);
        if (!counts)
        {
            Assert.Contains(seconds > 0 ? "ahead of the storage's" : "behind the storage's", ready, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_counts_again_once_its_clock_is_right_though_nobody_but_it_asks_the_storage()
    {
        _storage.Behind = TimeSpan.FromMinutes(5);
        await AnswersAsync(StorageTime.Agreeing);
        Assert.False(await CountsAsync());

        _storage.Behind = TimeSpan.Zero;

        Assert.True(await CountsAsync());
        Assert.Null(_read.Problem);
    }

    [Fact]
    public async Task One_odd_answer_stops_nobody_and_one_right_answer_starts_nobody()
    {
        await AnswersAsync(5);
        foreach (var odd in new[] { 1, StorageTime.Agreeing - 1 })
        {
            _storage.Behind = TimeSpan.FromHours(1);
            await AnswersAsync(odd);
            Assert.Null(_read.Problem);
            _storage.Behind = TimeSpan.Zero;
            await AnswersAsync(1);
        }

        _storage.Behind = TimeSpan.FromHours(1);
        await AnswersAsync(StorageTime.Agreeing);
        _storage.Behind = TimeSpan.Zero;
        await AnswersAsync(1);
        Assert.NotNull(_read.Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_answer_does_not_look_like_a_wrong_clock(bool stampedFirst)
    {
        // Stamped before or after the two minutes that it is under way.
        _storage.BeforeStamp = stampedFirst ? () => { } : () => _time.Pass(TimeSpan.FromMinutes(2));
        _storage.AfterStamp = stampedFirst ? () => _time.Pass(TimeSpan.FromMinutes(2)) : () => { };
        await AnswersAsync(10);

        Assert.Null(_read.Problem);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Nor_does_a_clock_that_is_set_while_an_answer_is_under_way(int hours)
    {
        // There and back again: at one end of each request it is right, at the other one it is not.
        var by = TimeSpan.FromHours(hours);
        _storage.AfterStamp = () =>
        {
            _time.Jump(by);
            (_storage.Behind, by) = (_storage.Behind + by, -by);
        };
        await AnswersAsync(2 * StorageTime.Agreeing);

        Assert.Null(_read.Problem);
    }

    [Fact]
    public async Task An_answer_without_a_time_says_nothing()
    {
        _storage.Behind = TimeSpan.FromHours(1);
        await AnswersAsync(StorageTime.Agreeing - 1);
        _storage.Stamps = false;
        await AnswersAsync(5);
        Assert.Null(_read.Problem);
        _storage.Stamps = true;
        await AnswersAsync(1);
        Assert.NotNull(_read.Problem);
    }

    private async Task AnswersAsync(int count)
    {
        await _tables.MakeAsync();

        // What the making has told is not what these tests count.
        for (var i = 0; i < count; i++)
        {
            await _tables.FindAsync(TableKeys.Settings, "none", "none", default);
        }
    }

    private async Task<bool> CountsAsync()
    {
        try
        {
            await _clock.ReadAsync(default);
            Assert.Equal(UtcJsonConverter.WholeMilliseconds(_time.GetUtcNow()), _clock.UtcNow);
            return true;
        }
        catch (StoreUnavailableException)
        {
            Assert.Throws<StoreUnavailableException>(() => _clock.UtcNow);
            return false;
        }
    }

    /// <summary>Time that passes when it is told to; the clock can be set by itself.</summary>
    private sealed class MovedTime : TimeProvider
    {
        private DateTimeOffset _now = App.Start.AddMilliseconds(400);
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _passed.Ticks;

        public void Pass(TimeSpan time) => (_now, _passed) = (_now + time, _passed + time);

        public void Jump(TimeSpan time) => _now += time;
    }

    /// <summary>Storage that has the form of the tables, and nothing else, and stamps its answers.</summary>
    private sealed class StampingStorage(MovedTime time) : HttpMessageHandler
    {
        public TimeSpan Behind { get; set; }

        public bool Stamps { get; set; } = true;

        public Action BeforeStamp { get; set; } = () => { };

        public Action AfterStamp { get; set; } = () => { };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isForm = request.RequestUri!.AbsolutePath.Contains(TableKeys.FormatRow, StringComparison.Ordinal);
            var answer = new HttpResponseMessage(
                isForm ? HttpStatusCode.OK : request.Method == HttpMethod.Post ? HttpStatusCode.Conflict : HttpStatusCode.NotFound)
            {
                RequestMessage = request,
                Content = new StringContent(
                    isForm
                        ? $$"""{"PartitionKey":"setting","RowKey":"format","Format":{{TableFormat.Current}}}"""
                        : request.Method == HttpMethod.Post ? """{"odata.error":{"code":"TableAlreadyExists"}}""" : "{}",
                    System.Text.Encoding.UTF8,
                    "application/json"),
            };

            // The tables are made before the tests begin, and say nothing yet.
            if (Stamps && !isForm && request.Method != HttpMethod.Post)
            {
                BeforeStamp();

                // Cut off to whole seconds, as the header is.
                answer.Headers.Date = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() - Behind).ToUnixTimeSeconds());
                AfterStamp();
            }

            return Task.FromResult(answer);
        }
    }
}
