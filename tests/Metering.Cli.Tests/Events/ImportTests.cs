using System.Globalization;
using System.Text;
using System.Text.Json;
using Metering.Cli.Events.Import;
using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Events;

/// <summary>Files of usage: counted once, whatever happens in between.</summary>
[Collection(MeterCollection.Name)]
public sealed class ImportTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new(meter);

    [Fact]
    public async Task A_file_counts_once_however_often_it_is_imported_and_what_is_added_to_it_counts_then()
    {
        var license = await meter.LicenseAsync("csv");
        var file = _tool.Write("use.csv", "tenant_id,metric,quantity,user_id\ncsv,calls,1.5,ada\ncsv,calls,1.5,ada\n\"csv\",calls,,\"b,\"\"c\"\n");

        var first = (await _tool.RunAsync("events", "import", file)).Succeeded();
        var again = (await _tool.RunAsync("events", "import", file)).Succeeded();
        File.AppendAllText(file, "csv,calls,2,ada\n");
        var added = (await _tool.RunAsync("events", "import", file, "--json")).Succeeded();
        File.Move(file, _tool.PathOf("renamed.csv"));
        var renamed = (await _tool.RunAsync("events", "import", _tool.PathOf("renamed.csv"))).Succeeded();

        Assert.Equal("3 rows: 3 counted, 0 counted before, 0 rejected.\n", first.Output);
        Assert.Equal("3 rows were done already.\n0 rows: 0 counted, 0 counted before, 0 rejected.\n", again.Output);
        Assert.Equal((1, 3), (added.Json.GetProperty("counted").GetInt32(), added.Json.GetProperty("already_done").GetInt32()));
        Assert.Equal("4 rows: 0 counted, 4 counted before, 0 rejected.\n", renamed.Output);
        Assert.Equal(6, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task Rows_that_can_not_be_counted_are_kept_with_their_reasons_and_can_be_imported_when_they_are_mended()
    {
        var license = await meter.LicenseAsync("mended");
        var file = _tool.Write(
            "use.csv", "tenant_id,metric,quantity,occurred_at\nmended,calls,1,\nmended,calls,many,\nmended,none,1,\nmended,calls\nmended,calls,1,yesterday\n");

        var ran = await _tool.RunAsync("events", "import", file);
        var rejects = File.ReadAllLines(file + ".rejected.csv");
        File.WriteAllText(
            file + ".rejected.csv", File.ReadAllText(file + ".rejected.csv").Replace("many", "2", StringComparison.Ordinal)
                .Replace("none", "calls", StringComparison.Ordinal).Replace("yesterday", "", StringComparison.Ordinal)
                .Replace("mended,calls,,,", "mended,calls,1,,", StringComparison.Ordinal));
        (await _tool.RunAsync("events", "import", file + ".rejected.csv")).Succeeded();

        Assert.Equal((1, ""), (ran.Exit, ran.Error));
        Assert.Contains("5 rows: 1 counted, 0 counted before, 4 rejected.\n", ran.Output, StringComparison.Ordinal);
        Assert.Equal("tenant_id,metric,quantity,occurred_at,event_id,_row,_code,_reason", rejects[0]);
        Assert.Equal("mended,calls,many,,,2,not_an_event,the quantity 'many' is not a number such as 12.5", rejects[1]);
        Assert.Contains(",4,not_an_event,\"it has 2 fields, and the header has 4\"", rejects[2] + rejects[3] + rejects[4], StringComparison.Ordinal);
        Assert.Contains(rejects, line => line.StartsWith("mended,none,1,,imp_", StringComparison.Ordinal));
        Assert.Equal(6, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task Lines_of_json_come_from_a_file_or_a_pipe()
    {
        var license = await meter.LicenseAsync("json");
        var lines = $$"""
            {"tenant":"json","feature":"calls","amount":1,"id":"j1","metadata":{"a":1},"time":"{{DateTimeOffset.UtcNow:O}}"}

            {"tenant_id":"json","metric":"calls","event_id":"j1"}
            {"tenant_id":"json","metric":"calls","quantity":1e1}
            {"tenant_id":"json","metrik":"calls"}
            [1]
            {"tenant_id":
            {"metric":"calls"}

            """;

        var piped = await _tool.RunAsync(lines, ["events", "import", "-", "--format", "ndjson", "--rejects", _tool.PathOf("r.ndjson")]);
        var rejects = File.ReadAllLines(_tool.PathOf("r.ndjson"));

        Assert.Equal(1, piped.Exit);
        Assert.StartsWith("7 rows: 2 counted, 1 counted before, 4 rejected.\n", piped.Output, StringComparison.Ordinal);
        Assert.Contains("'metrik' is not a field of an event", rejects[0], StringComparison.Ordinal);
        Assert.Contains("\"_line\":\"[1]\",\"_row\":5", rejects[1], StringComparison.Ordinal);
        Assert.Contains("it is not JSON", rejects[2], StringComparison.Ordinal);
        Assert.Contains("it names neither a customer nor a license", rejects[3], StringComparison.Ordinal);
        Assert.Equal(11, await meter.UsedAsync(license));
        (await _tool.RunAsync("events", "import", "-")).Failed(2, "--format csv");
    }

    [Fact]
    public async Task An_import_that_is_interrupted_goes_on_where_it_stopped_and_counts_once()
    {
        var license = await meter.LicenseAsync("big");
        var file = Big("big", 2600);
        using var stop = new CancellationTokenSource();
        var error = new Noticing(" 500 rows", () => stop.Cancel());
        using var seen = new Tool(meter) { IsTerminal = true };

        var stopped = await seen.RunAsync(Stream.Null, new StringWriter(), error, ["events", "import", file], stop.Token);
        var (half, state) = (await meter.UsedAsync(license), File.ReadAllText(file + ".meter-import"));
        File.WriteAllText(file + ".meter-import", state[..^9]);
        var torn = (await _tool.RunAsync("events", "import", file)).Succeeded();

        Assert.Equal(130, stopped.Exit);
        Assert.InRange(half, 500, 1500);
        Assert.Contains("is damaged, so the import starts over", torn.Error, StringComparison.Ordinal);
        Assert.Equal($"2,600 rows: {2600 - half:#,0} counted, {half:#,0} counted before, 0 rejected.\n", torn.Output);
        Assert.Equal(2600, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task An_import_goes_on_after_the_rows_that_are_noted()
    {
        var license = await meter.LicenseAsync("noted");
        var file = Big("noted", 1200);
        using var stop = new CancellationTokenSource();
        using var seen = new Tool(meter) { IsTerminal = true };
        await seen.RunAsync(Stream.Null, new StringWriter(), new Noticing(" 500 rows", () => stop.Cancel()), ["events", "import", file], stop.Token);

        var rest = (await _tool.RunAsync("events", "import", file, "--json")).Succeeded().Json;
        var done = rest.GetProperty("already_done").GetInt32();
        File.WriteAllText(file, File.ReadAllText(file).Replace("calls,1,u17\n", "calls,2,u17\n", StringComparison.Ordinal));

        Assert.True(done >= 500);
        Assert.Equal(1200, rest.GetProperty("rows").GetInt32() + done);
        Assert.Equal(1200, await meter.UsedAsync(license));
        (await _tool.RunAsync("events", "import", file)).Failed(2, "is not the file of which 1,200 rows were imported", "--restart");
    }

    [Fact]
    public async Task Rows_that_were_rejected_before_an_interruption_are_told_once_the_import_is_done()
    {
        var license = await meter.LicenseAsync("told");
        var file = Big("told", 1200);
        var lines = File.ReadAllLines(file);
        lines[3] = lines[3].Replace("calls,1,", "calls,many,", StringComparison.Ordinal);
        File.WriteAllLines(file, lines);
        using var stop = new CancellationTokenSource();
        using var seen = new Tool(meter) { IsTerminal = true };
        await seen.RunAsync(Stream.Null, new StringWriter(), new Noticing(" 500 rows", () => stop.Cancel()), ["events", "import", file], stop.Token);

        var rest = await _tool.RunAsync("events", "import", file);
        var again = (await _tool.RunAsync("events", "import", file)).Succeeded();

        Assert.Equal(1, rest.Exit);
        Assert.Contains("Rows rejected before the import was interrupted: 1.", rest.Output, StringComparison.Ordinal);
        Assert.Contains($"The rejected rows are in {file}.rejected.csv", rest.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("interrupted", again.Output, StringComparison.Ordinal);
        Assert.Equal(1199, await meter.UsedAsync(license));
    }

    [Theory]
    [InlineData("2026-11-03", "2026-11-03T00:00:00Z")]
    [InlineData("2026-11-03 12:30", "2026-11-03T12:30:00Z")]
    [InlineData("2026-11-03T12:30:05Z", "2026-11-03T12:30:05Z")]
    [InlineData("2026-11-03T12:30:05.25+01:00", "2026-11-03T11:30:05.25Z")]
    [InlineData("2026-11-03 12:30:05 +01:00", "2026-11-03T11:30:05Z")]
    [InlineData("2026-11-03 12:30:00+01", "2026-11-03T11:30:00Z")]
    [InlineData("2026-11-03T12:30:05.123456789Z", "2026-11-03T12:30:05.1234568Z")]
    [InlineData("03/11/2026", null)]
    [InlineData("2026-11-31", null)]
    [InlineData("12:30", null)]
    [InlineData("3 Nov 2026", null)]
    public void A_time_has_its_year_first(string text, string? time)
    {
        var (read, fault) = EventFields.Read(
            name => name == "occurred_at" ? text : null, new ImportDefaults("tenant", null, "calls"), "id");

        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), read?.OccurredAt);
        Assert.Equal(time is null ? $"the time '{text}' is not one such as 2026-11-01T12:00:00Z" : null, fault);
    }

    [Fact]
    public async Task Columns_that_are_not_known_can_be_mapped_or_left_out()
    {
        var license = await meter.LicenseAsync("mapped");
        var file = _tool.Write("use.csv", "\uFEFFcustomer;n;note\nmapped;2,5;hi\nmapped;2.5;ho\n");

        (await _tool.RunAsync("events", "import", file, "--separator", ";")).Failed(2, "The column 'customer'", "--map customer=FIELD", "tenant_id");
        (await _tool.RunAsync("events", "import", file, "--map", "customer=client")).Failed(2, "COLUMN=FIELD");
        (await _tool.RunAsync("events", "import", file, "--separator", ";", "--map", "x=key")).Failed(2, "a column 'x'");
        var ran = await _tool.RunAsync(
            "events", "import", file, "--separator", ";", "--feature", "calls", "--map", "customer=tenant_id", "--map", "n=quantity", "--map", "note=");

        Assert.StartsWith("2 rows: 1 counted, 0 counted before, 1 rejected.\n", ran.Output, StringComparison.Ordinal);
        Assert.Equal(2.5m, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task Quotes_that_stay_open_and_lines_without_end_are_found_in_bounded_memory()
    {
        await meter.LicenseAsync("huge");
        var quote = _tool.Write("q.csv", "tenant_id,metric\nhuge,calls\n\"huge,calls\n" + new string('x', 400_000));
        var line = _tool.Write("l.ndjson", $"{{\"tenant_id\":\"huge\",\"metric\":\"calls\",\"user_id\":\"{new string('x', 400_000)}\"}}\n"
            + "{\"tenant_id\":\"huge\",\"metric\":\"calls\"}\n");

        (await _tool.RunAsync("events", "import", quote)).Failed(2, "Row 2 is not valid CSV", "a quote that is opened and not closed");
        var long1 = await _tool.RunAsync("events", "import", line);

        Assert.StartsWith("2 rows: 1 counted, 0 counted before, 1 rejected.\n", long1.Output, StringComparison.Ordinal);
        Assert.Contains("more than 256 KiB", File.ReadAllText(line + ".rejected.ndjson"), StringComparison.Ordinal);
        Assert.True(new FileInfo(line + ".rejected.ndjson").Length < 4096);
        (await _tool.RunAsync("events", "import", _tool.Write("empty.csv", ""))).Failed(2);
        (await _tool.RunAsync("events", "import", _tool.PathOf("none.csv"))).Failed(5, "There is no file");
    }

    [Fact]
    public async Task A_disk_that_is_full_is_said_and_loses_nothing()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var license = await meter.LicenseAsync("full");
        var file = _tool.Write("use.csv", "tenant_id,metric\nfull,calls\nfull,none\n");
        (await _tool.RunAsync("events", "import", file, "--rejects", "/dev/full")).Failed(5, "space");
        var again = await _tool.RunAsync("events", "import", file);

        Assert.StartsWith("2 rows: ", again.Output, StringComparison.Ordinal);
        Assert.Equal(1, await meter.UsedAsync(license));
    }

    [Fact]
    public async Task A_meter_that_is_away_or_a_token_that_may_not_is_said_before_anything_is_written()
    {
        var file = _tool.Write("use.csv", "tenant_id,metric\naway,calls\n");
        using var away = new Tool { ["METERING_URL"] = "http://127.0.0.1:1/", ["METERING_TOKEN"] = "any" };
        (await away.RunAsync("events", "import", file)).Failed(3, "can't be reached");
        using var stranger = new Tool { ["METERING_URL"] = meter.Address.ToString(), ["METERING_TOKEN"] = "nobody" };
        (await stranger.RunAsync("events", "import", file)).Failed(4, "does not know the token");
        Assert.False(File.Exists(file + ".meter-import"));
    }

    [Fact]
    public async Task Dead_letters_are_listed_tried_again_and_forgotten()
    {
        // The meter notes what comes for a minute after somebody looked.
        (await _tool.RunAsync("events", "tail", "--once")).Succeeded();
        await meter.SendAsync(HttpMethod.Post, "/api/v1/events", new[]
        {
            new { tenant_id = "late", metric = "calls", event_id = "d1" }, new { tenant_id = "late", metric = "calls", event_id = "d2" },
            new { tenant_id = "late", metric = "nothing", event_id = "d3" },
        });
        var list = (await _tool.RunAsync("dead-letter", "list", "-t", "late", "--json")).Succeeded().Lines
            .OrderBy(letter => JsonElement.Parse(letter.GetProperty("payload").GetString()!).GetProperty("event_id").GetString()).ToList();
        await meter.LicenseAsync("late");
        var one = (await _tool.RunAsync("dead-letter", "retry", list[0].GetProperty("id").GetString()!)).Succeeded();
        var rest = await _tool.RunAsync("dead-letter", "retry", "--tenant", "late");
        var forgotten = (await _tool.RunAsync("dead-letter", "delete", list[2].GetProperty("id").GetString()!, "--yes")).Succeeded();
        var tail = (await _tool.RunAsync("events", "tail", "--once", "--not-counted", "--json")).Succeeded().Lines;

        Assert.Equal(3, list.Count);
        Assert.StartsWith("Counted ", one.Output, StringComparison.Ordinal);
        Assert.Equal(1, rest.Exit);
        Assert.StartsWith("1 counted, 0 had been counted before, 1 still can't be.\n", rest.Output, StringComparison.Ordinal);
        Assert.StartsWith("Deleted ", forgotten.Output, StringComparison.Ordinal);
        Assert.Equal("There are none.\n", (await _tool.RunAsync("dead-letter", "list", "-t", "late")).Output);
        Assert.Contains(tail, one => one.GetProperty("event_id").GetString() == "d3");
    }

    public void Dispose() => _tool.Dispose();

    private string Big(string tenant, int rows)
    {
        var text = new StringBuilder("tenant_id,metric,quantity,user_id\n");
        for (var i = 0; i < rows; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{tenant},calls,1,u{i % 40}\n");
        }

        return _tool.Write($"{tenant}.csv", text.ToString());
    }
}
