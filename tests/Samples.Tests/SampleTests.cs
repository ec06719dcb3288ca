using System.Net;
using System.Net.Http.Headers;
using Metering.Client;
using Samples.AiChat;
using Samples.AspNetMiddleware;
using Samples.IotProducer;
using Samples.OfflineTool;

namespace Samples.Tests;

/// <summary>Each sample does against the server's demo what its page says.</summary>
public sealed class SampleTests(DemoServer demo) : IClassFixture<DemoServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metering-samples-").FullName;
    private readonly StringWriter _output = new();

    [Fact]
    public async Task A_chat_settles_the_tokens_that_its_answers_took()
    {
        var before = await demo.UsedAsync("contoso", "tokens");
        await using var meter = Meter("contoso");

        var code = await new Chat(meter, new ToyModel(), _output).RunAsync(["one two", "three"]);

        Assert.Equal(0, code);
        // The words of a prompt, and those of its answer: two and ten, one and nine.
        Assert.Equal(22, await demo.UsedAsync("contoso", "tokens") - before);
        Assert.Contains("12 tokens, 0.024 credits;", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_without_credit_makes_no_call()
    {
        await using var meter = Meter("proseware");

        Assert.Equal(1, await new Chat(meter, new ToyModel(), _output).RunAsync(["one"]));
        Assert.StartsWith("Not now: ", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fleet_s_readings_are_counted_as_what_its_devices_grew_by()
    {
        var before = await demo.UsedAsync("northwind", "telemetry");
        var options = new ProducerOptions(
            demo.Address, DemoServer.Token, EventHub: null, Devices: 3, Readings: 10, Path.Combine(_folder, "queue"));

        Assert.Equal(0, await Producer.RunAsync(options, _output));

        Assert.EndsWith("30 readings sent, 0 not counted.", _output.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(Expected(devices: 3, readings: 10), await demo.UsedAsync("northwind", "telemetry") - before);
    }

    [Fact]
    public async Task A_message_for_the_hub_is_an_event_that_the_meter_reads()
    {
        var before = await demo.UsedAsync("northwind", "telemetry");
        foreach (var message in new[] { 1, 2 }.SelectMany(new Fleet(1, "hub").Read).Select(HubSender.Message))
        {
            using var body = new ByteArrayContent(message.EventBody.ToArray());
            body.Headers.ContentType = new MediaTypeHeaderValue(message.ContentType);
            using var answer = await demo.Operator.PostAsync(new Uri("/api/events", UriKind.Relative), body);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(Expected(devices: 1, readings: 2), await demo.UsedAsync("northwind", "telemetry") - before);
    }

    [Theory]
    [InlineData("--devices")]
    [InlineData("--devices", "none")]
    [InlineData("--sensors", "3")]
    public void A_command_line_that_it_does_not_understand_is_not_guessed_at(params string[] args) =>
        Assert.Null(ProducerOptions.Read(args));

    [Fact]
    public async Task A_tool_stamps_files_with_and_without_a_connection()
    {
        var before = await demo.UsedAsync("acme", "messages");
        var file = Path.Combine(_folder, "abc.txt");
        await File.WriteAllTextAsync(file, "abc");

        await using (var meter = Meter("acme"))
        {
            Assert.Equal(0, await new StampTool(meter, Path.Combine(_folder, "leases"), _output).RunAsync([file, "no-such-file"]));
        }

        Assert.Contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await demo.UsedAsync("acme", "messages") - before);

        // Nobody listens there, and nothing was leased: the tool says what to do.
        await using var away = Meter("acme", new Uri("http://127.0.0.1:9/"));
        Assert.Equal(1, await new StampTool(away, Path.Combine(_folder, "others"), _output).RunAsync([file]));
        Assert.Contains("Connect to the network", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_API_counts_its_calls_and_tells_what_is_left()
    {
        await using var api = WeatherApi.Build(
            ["--urls", "http://127.0.0.1:0", "--METER_URL=" + demo.Address, "--Logging:LogLevel:Default=Error"]);
        await api.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        using var nobody = await http.GetAsync(new Uri("/weather/Oslo", UriKind.Relative));
        using var known = await AskAsync(http, DemoServer.Key("acme"));
        using var unknown = await AskAsync(http, "lk_nobody");
        using var suspended = await AskAsync(http, DemoServer.Key("proseware"));

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Contains("\"city\":\"Oslo\"", await known.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("\"quota\";q=1000", Assert.Single(known.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"quota\";r=", Assert.Single(known.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, suspended.StatusCode);
    }

    [Fact]
    public async Task An_API_charges_each_call_whatever_key_its_caller_sends_with_it()
    {
        await using var api = WeatherApi.Build(
            ["--urls", "http://127.0.0.1:0", "--METER_URL=" + demo.Address, "--Logging:LogLevel:Default=Error"]);
        await api.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        http.DefaultRequestHeaders.Add("Idempotency-Key", "the-same");
        var before = await demo.UsedAsync("acme", "api_calls");

        using var first = await AskAsync(http, DemoServer.Key("acme"));
        using var second = await AskAsync(http, DemoServer.Key("acme"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(2, await demo.UsedAsync("acme", "api_calls") - before);
    }

    public void Dispose()
    {
        _output.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient http, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/weather/Oslo");
        request.Headers.Authorization = new AuthenticationHeaderValue("License", key);
        return await http.SendAsync(request);
    }

    // A new device began at zero, so its first reading counts whole.
    private static decimal Expected(int devices, int readings) => Enumerable.Range(0, devices)
        .Sum(device => Enumerable.Range(1, readings).Sum(round => 1m + ((device + round) % 3)));

    private MeteringClient Meter(string customer, Uri? address = null) =>
        new(new MeteringClientOptions { Address = address ?? demo.Address, LicenseKey = DemoServer.Key(customer), MaxRetries = 0 });
}
