using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Metering.Reports.Tests.Exports;

/// <summary>What is written in a format reads back the same.</summary>
public sealed class FormatTests
{
    private static readonly ExportColumn[] Columns =
    [
        new("text", ColumnType.Text), new("json", ColumnType.Json), new("whole", ColumnType.Whole), new("number", ColumnType.Number),
        new("time", ColumnType.Time), new("day", ColumnType.Day), new("flag", ColumnType.Flag),
    ];

    private static readonly string[] Texts =
    [
        "plain", "=1+1", "+1", "-1", "@x", "\tx", "\rx", "'", "'=1", "''", "a,b", "a\"b", "\"", "a\r\nb", "a\nb", " ", "grün 🙂", "\\", "{}", "#",
    ];

    public static TheoryData<ExportFormat, ExportCompression> Forms { get; } = new()
    {
        { ExportFormat.Csv, ExportCompression.None }, { ExportFormat.Csv, ExportCompression.Gzip },
        { ExportFormat.Jsonl, ExportCompression.None }, { ExportFormat.Jsonl, ExportCompression.Gzip },
        { ExportFormat.Parquet, ExportCompression.None },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Rows_read_back_as_they_were(ExportFormat format, ExportCompression compression)
    {
        // More than two row groups of Parquet.
        var count = format == ExportFormat.Parquet ? (2 * ParquetRowWriter.GroupRows) + 3 : 500;
        using var file = new MemoryStream();
        var writer = await ExportFormats.WriteAsync(file, format, compression, Columns, default);
        var random = new Random(7);
        var row = new ExportRow([.. Columns]);
        for (var i = 0; i < count; i++)
        {
            Fill(row, random);
            await writer.WriteAsync(row, default);
        }

        await writer.CompleteAsync(default);

        file.Position = 0;
        await using var reader = await ExportFormats.ReadAsync(file, format, compression, Columns, default);
        var (again, read) = (new Random(7), new ExportRow([.. Columns]));
        for (var i = 0; i < count; i++)
        {
            Fill(row, again);
            Assert.True(await reader.ReadAsync(read, default));
            var differs = row.FirstDifference(read);
            Assert.True(differs < 0, $"row {i}, {(differs < 0 ? "" : $"{Columns[differs].Name}: {row.Shown(differs)} but {read.Shown(differs)}")}");
        }

        Assert.False(await reader.ReadAsync(read, default));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_file_without_rows_is_a_file(ExportFormat format, ExportCompression compression)
    {
        using var file = new MemoryStream();
        var writer = await ExportFormats.WriteAsync(file, format, compression, Columns, default);
        await writer.CompleteAsync(default);
        file.Position = 0;
        await using var reader = await ExportFormats.ReadAsync(file, format, compression, Columns, default);
        Assert.False(await reader.ReadAsync(new ExportRow([.. Columns]), default));
    }

    [Fact]
    public async Task Csv_is_what_spreadsheets_take_for_data_and_never_for_a_formula()
    {
        var lines = await TextOfAsync(ExportFormat.Csv, row =>
        {
            row.SetText(0, "=HYPERLINK(\"http://evil\")");
            row.SetNumber(3, -1.50m);
            row.SetTime(4, DateTimeOffset.Parse("2026-11-21T10:00:00.120Z"));
            row.SetDay(5, new DateOnly(2026, 11, 21));
            row.SetFlag(6, false);
        });
        Assert.Equal(
            "text,json,whole,number,time,day,flag\r\n\"'=HYPERLINK(\"\"http://evil\"\")\",,,-1.5,2026-11-21T10:00:00.120Z,2026-11-21,false\r\n", lines);
    }

    [Fact]
    public async Task Json_lines_leave_out_what_is_not_there_and_keep_numbers_exact()
    {
        var lines = await TextOfAsync(ExportFormat.Jsonl, row =>
        {
            row.SetText(1, """{"a":[1,2]}""");
            row.SetNumber(3, 999_999_999_999_999_999.123456789m);
            row.SetTime(4, DateTimeOffset.Parse("2026-11-21T10:00:00Z"));
        });
        Assert.Equal("{\"json\":{\"a\":[1,2]},\"number\":999999999999999999.123456789,\"time\":\"2026-11-21T10:00:00Z\"}\n", lines);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_file_that_was_changed_is_told_and_never_read_as_something_else(ExportFormat format, ExportCompression compression)
    {
        using var file = new MemoryStream();
        var writer = await ExportFormats.WriteAsync(file, format, compression, Columns, default);
        var row = new ExportRow([.. Columns]);
        for (var i = 0; i < 20; i++)
        {
            row.SetWhole(2, i);
            row.SetTime(4, DateTimeOffset.UnixEpoch);
            await writer.WriteAsync(row, default);
        }

        await writer.CompleteAsync(default);
        var bytes = file.ToArray();

        // Cut off in the middle of its end, and with other columns.
        var cut = format == ExportFormat.Csv && compression == ExportCompression.None ? bytes[..^4] : bytes[..^9];
        await Assert.ThrowsAsync<ExportFileException>(() => ReadAllAsync(cut, Columns));
        await Assert.ThrowsAsync<ExportFileException>(() => ReadAllAsync(bytes, [.. Columns.Skip(3)]));

        async Task ReadAllAsync(byte[] of, ExportColumn[] columns)
        {
            await using var reader = await ExportFormats.ReadAsync(new MemoryStream(of), format, compression, columns, default);
            var read = new ExportRow([.. columns]);
            while (await reader.ReadAsync(read, default))
            {
            }
        }
    }

    private static async Task<string> TextOfAsync(ExportFormat format, Action<ExportRow> fill)
    {
        using var file = new MemoryStream();
        var writer = await ExportFormats.WriteAsync(file, format, ExportCompression.None, Columns, default);
        var row = new ExportRow([.. Columns]);
        fill(row);
        await writer.WriteAsync(row, default);
        await writer.CompleteAsync(default);
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private static void Fill(ExportRow row, Random random)
    {
        row.Clear();
        row.SetText(0, Maybe(Texts[random.Next(Texts.Length)]));
        row.SetText(1, Maybe(JsonSerializer.Serialize(new { a = Texts[random.Next(Texts.Length)], b = random.Next() })));
        row.SetWhole(2, MaybeValue(random.NextInt64(long.MinValue, long.MaxValue)));
        var number = new decimal(random.Next(), random.Next(), random.Next(0, 1 << 25), random.Next(2) == 0, (byte)random.Next(10));
        row.SetNumber(3, MaybeValue(Math.Clamp(number, -Amount.MaxTotal, Amount.MaxTotal)));
        row.SetTime(4, MaybeValue(DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(0, 4_000_000_000_000))));
        row.SetDay(5, MaybeValue(DateOnly.FromDayNumber(random.Next(719_162, 800_000))));
        row.SetFlag(6, MaybeValue(random.Next(2) == 0));

        string? Maybe(string value) => random.Next(4) == 0 ? null : value;

        T? MaybeValue<T>(T value)
            where T : struct => random.Next(4) == 0 ? null : value;
    }
}
