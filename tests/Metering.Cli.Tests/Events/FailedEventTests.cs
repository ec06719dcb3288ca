using Metering.Cli.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Metering.Cli.Tests.Events;

/// <summary>An import into a meter that does not take every row at once.</summary>
public sealed class FailedEventTests : IAsyncLifetime, IDisposable
{
    private readonly WebApplication _meter = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]).Build();
    private readonly Queue<string> _answers = [];
    private readonly Tool _tool = new();

    public async Task InitializeAsync()
    {
        _meter.MapPost("/api/v1/events", context =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return context.Response.WriteAsync(_answers.Dequeue());
        });
        await _meter.StartAsync();
        (_tool["METERING_URL"], _tool["METERING_TOKEN"]) = (_meter.Urls.First(), "a-token");
    }

    public async Task DisposeAsync() => await _meter.DisposeAsync();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task A_row_that_fails_and_is_a_dead_letter_is_rejected_and_the_import_goes_on()
    {
        _answers.Enqueue("""
            { "accepted": 1, "duplicates": 0, "rejected":
                [{ "index": 0, "event_id": "bad", "code": "internal_error", "detail": "It failed.", "dead_letter_id": "dl_1" }] }
            """);
        var file = _tool.Write("use.csv", "license_id,metric,event_id\ndamaged,calls,bad\ngood,calls,good\n");

        var ran = await _tool.RunAsync("events", "import", file);

        Assert.Contains("2 rows: 1 counted, 0 counted before, 1 rejected.\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("damaged,calls,bad,1,internal_error,It failed.", File.ReadAllLines(file + ".rejected.csv"));
    }

    [Fact]
    public async Task From_where_the_meter_stopped_the_rows_are_sent_again()
    {
        _answers.Enqueue("""
            { "accepted": 1, "duplicates": 0, "stopped_at": 1, "rejected":
                [{ "index": 1, "event_id": null, "code": "invalid_request", "detail": "It broke off.", "dead_letter_id": null }] }
            """);
        _answers.Enqueue("""{ "accepted": 2, "duplicates": 0, "rejected": [] }""");
        var file = _tool.Write("use.csv", "license_id,metric\ngood,calls\ngood,calls\ngood,calls\n");

        var ran = (await _tool.RunAsync("events", "import", file)).Succeeded();

        Assert.Contains("3 rows: 3 counted, 0 counted before, 0 rejected.\n", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_the_meter_cannot_read_and_keeps_no_letter_of_are_rejected_and_the_import_goes_on()
    {
        _answers.Enqueue("""
            { "accepted": 1, "duplicates": 0, "rejected": [
                { "index": 1, "event_id": null, "code": "invalid_request", "detail": "First.", "dead_letter_id": null },
                { "index": 2, "event_id": null, "code": "invalid_request", "detail": "Second.", "dead_letter_id": null }] }
            """);
        var file = _tool.Write("use.csv", "license_id,metric,event_id\ngood,calls,a\ngood,no metric,b\ngood,no metric,c\n");

        var ran = await _tool.RunAsync("events", "import", file);

        Assert.Contains("3 rows: 1 counted, 0 counted before, 2 rejected.\n", ran.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["good,no metric,b,2,invalid_request,First.", "good,no metric,c,3,invalid_request,Second."],
            File.ReadAllLines(file + ".rejected.csv").Skip(1));
    }
}
