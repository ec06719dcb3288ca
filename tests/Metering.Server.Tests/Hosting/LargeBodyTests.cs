using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Tests.Hosting;

/// <summary>Bodies beyond every limit, through the web server itself.</summary>
public sealed class LargeBodyTests : IDisposable
{
    private const string Token = "a-token-for-large-bodies";
    private const int LimitBytes = 16 << 20;

    private readonly DataFolder _folder = new();
    private readonly Problems _problems = new();

    [Fact]
    public async Task A_stream_of_lines_beyond_the_limit_says_from_where_on_nothing_was_taken_and_the_log_is_quiet()
    {
        var app = MeteringServer.Build(["--urls", "http://127.0.0.1:0", "--data", _folder.Path, "--Metering:BootstrapToken=" + Token]);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(_problems);
        await app.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(app.Urls.First()),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
        };
        await http.PutAsJsonAsync("/api/v1/catalog", new { features = new[] { new { code = "calls" } }, plans = Array.Empty<object>() });
        var license = await (
            await http.PostAsJsonAsync("/api/v1/licenses", new { tenant_id = "t" })).Content.ReadFromJsonAsync<JsonElement>();
        await http.PostAsJsonAsync($"/api/v1/licenses/{license.GetProperty("id").GetString()}/features", new { feature_code = "calls" });

        // Few long lines, so that the limit is that of bytes.
        var line = Encoding.UTF8.GetBytes($$"""{"tenant_id":"t","metric":"calls"}""" + new string(' ', 9965) + "\n");
        Assert.Equal(10_000, line.Length);
        using var content = new StreamContent(new Endless(line, 2100));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var answer = await http.PostAsync("/api/events", content);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((202, LimitBytes / line.Length), ((int)answer.StatusCode, json.GetProperty("accepted").GetInt32()));
        var rejected = Assert.Single(json.GetProperty("rejected").EnumerateArray());
        Assert.Equal(LimitBytes / line.Length, rejected.GetProperty("index").GetInt32());
        Assert.StartsWith(
            $"The body may have at most {LimitBytes} bytes.", rejected.GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var array = new StreamContent(new Endless(Encoding.UTF8.GetBytes("[" + new string(' ', 9999)), 2100));
        array.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Assert.Equal(413, (int)(await http.PostAsync("/api/events", array)).StatusCode);
        Assert.True((await http.GetAsync("/health/ready")).IsSuccessStatusCode);
        await app.StopAsync();

        // The web server warns when its own timer comes late, as on a machine that is busy with other tests.
        Assert.DoesNotContain(_problems.Said, said => !said.Contains("the heartbeat has been running", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _problems.Dispose();
    }

    /// <summary>The same bytes many times, of a length that nobody tells, so that they are sent in chunks.</summary>
    private sealed class Endless(byte[] bytes, int times) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var start = (int)(_at % bytes.Length);
            var read = _at >= (long)bytes.Length * times ? 0 : Math.Min(count, bytes.Length - start);
            bytes.AsSpan(start, read).CopyTo(buffer.AsSpan(offset));
            _at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>What was logged as a warning or worse.</summary>
    private sealed class Problems : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Said.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
