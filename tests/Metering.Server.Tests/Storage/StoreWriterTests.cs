using System.Text;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Storage;

/// <summary>
/// What waits for the store's writer at the same time is committed at once. Its thread is not started: the tests take its turns.
/// </summary>
public sealed class StoreWriterTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly StoreWriter _writer;

    public StoreWriterTests()
    {
        var store = FileForm.Open(_folder.StoreFile, cacheKib: 1_024, lockWait: null, StoreSchema.Tables);
        _writer = new StoreWriter(store, _folder.StoreFile, NullLogger.Instance);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_waits_becomes_durable_in_one_transaction()
    {
        var pieces = Enumerable.Range(1, 5).Select(number => _writer.RunAsync(store => Put(store, $"name {number}", number))).ToList();

        Assert.True(_writer.Turn());

        var results = await Task.WhenAll(pieces);
        Assert.Equal([1, 2, 3, 4, 5], results);
        Assert.Equal(1, _writer.Generation);
        Assert.Equal(5, Count());
    }

    [Fact]
    public async Task A_piece_that_fails_takes_no_other_with_it()
    {
        var before = _writer.RunAsync(store => Put(store, "before", 1));
        var wrong = _writer.RunAsync<long>(store =>
        {
            Put(store, "wrong", 2);
            throw new InvalidOperationException("It is wrong.");
        });
        var unwritable = _writer.RunAsync(store =>
        {
            store["INSERT INTO setting (name, value) VALUES (?, NULL)"].Bind(1, "unwritable").Run();
            return 3L;
        });
        var after = _writer.RunAsync(store => Put(store, "after", 4));

        Assert.True(_writer.Turn());

        Assert.Equal((1, 4), (await before, await after));
        Assert.Equal("It is wrong.", (await Assert.ThrowsAsync<InvalidOperationException>(() => wrong)).Message);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => unwritable);
        Assert.Equal(2, _writer.Generation);
        Assert.Equal(2, Count());
    }

    [Fact]
    public async Task The_log_is_copied_when_enough_was_written_and_not_after_each_piece_of_work_from_then_on()
    {
        // More than the log may hold before it is copied.
        await DoAsync(store => Put(store, "large", new string('x', 40 * 1024 * 1024)));
        Assert.True(FileHas("xxxx"));
        Assert.InRange(new FileInfo(_folder.StoreFile + "-wal").Length, 40 * 1024 * 1024, 48 * 1024 * 1024);

        for (var number = 1; number <= 3; number++)
        {
            await DoAsync(store => Put(store, $"name {number}", "small"));
        }

        // The log holds what was written since, though its file is as long as ever.
        Assert.False(FileHas("name 3"));
        Assert.Equal(3, Count());
    }

    [Fact]
    public async Task A_log_that_a_reader_holds_back_is_copied_soon_after_the_reader_has_gone()
    {
        using (var reader = Database.OpenReader(_folder.StoreFile, cacheKib: 1_024))
        {
            reader.BeginRead();
            var statement = reader["SELECT COUNT(*) FROM setting"];
            statement.Next();
            statement.Reset();
            await DoAsync(store => Put(store, "large", new string('x', 40 * 1024 * 1024)));
            Assert.False(FileHas("xxxx"));
        }

        // A sixteenth of what is enough otherwise.
        await DoAsync(store => Put(store, "small", new string('y', 3 * 1024 * 1024)));

        Assert.True(FileHas("xxxx"));
    }

    private bool FileHas(string text) => File.ReadAllBytes(_folder.StoreFile).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private async Task DoAsync(Func<Database, long> work)
    {
        var piece = _writer.RunAsync(work);
        Assert.True(_writer.Turn());
        await piece;
    }

    private static long Put(Database store, string name, string value)
    {
        store["INSERT INTO setting (name, value) VALUES (?, ?)"].Bind(1, name).Bind(2, value).Run();
        return 1;
    }

    private static long Put(Database store, string name, long value)
    {
        store["INSERT INTO setting (name, value) VALUES (?, ?)"].Bind(1, name).Bind(2, value).Run();
        return value;
    }

    private long Count()
    {
        using var reader = Database.OpenReader(_folder.StoreFile, cacheKib: 1_024);
        var statement = reader["SELECT COUNT(*) FROM setting WHERE name IN ('before', 'wrong', 'after') OR name LIKE 'name %'"];
        statement.Next();
        var count = statement.Integer(0);
        statement.Reset();
        return count;
    }
}
