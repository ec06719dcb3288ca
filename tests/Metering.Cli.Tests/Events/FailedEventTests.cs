using Metering.Cli.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Metering.Cli.Tests.Events;

/// <summary>Rows of a license that fails each time, such as a damaged one.</summary>
public sealed class FailedEventTests
{
    [Fact]
    public async Task A_row_that_fails_and_is_a_dead_letter_is_rejected_and_the_import_goes_on()
    {
        var asked = 0;
        await using var meter = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]).Build();
        meter.MapPost("/api/v1/events", context =>
        {
            asked++;
            context.Response.StatusCode = 202;
            return context.Response.WriteAsync("""
                { "accepted": 1, "duplicates": 0, "rejected":
                    [{ "index": 0, "event_id": "bad", "code": "internal_error", "detail": "It failed.", "dead_letter_id": "dl_1" }] }
                """);
        });
        await meter.StartAsync();
        using var tool = new Tool();
        (tool["METERING_URL"], tool["METERING_TOKEN"]) = (meter.Urls.First(), "a-token");
        var file = tool.Write("use.csv", "license_id,metric,event_id\ndamaged,calls,bad\ngood,calls,good\n");

        var ran = await tool.RunAsync("events", "import", file);

        Assert.Contains("2 rows: 1 counted, 0 counted before, 1 rejected.\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("damaged,calls,bad,1,internal_error,It failed.", File.ReadAllLines(file + ".rejected.csv"));
        Assert.Equal(1, asked);
    }
}
