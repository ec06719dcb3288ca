using System.Text;
using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Queue;

/// <summary>The queue on the disk by itself.</summary>
public sealed class DiskQueueTests : IDisposable
{
    private const int MaxBytes = 4_096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempFolder _folder = new();

    [Fact]
    public void A_small_queue_takes_records_for_ever_as_long_as_they_are_received()
    {
        using var queue = new DiskQueue(_folder.Path, MaxBytes);
        for (var number = 0; number < 20 * MaxBytes / 100; number++)
        {
            queue.Add(Record(number, length: 99));
            if (number > 0)
            {
                // One always waits, so the queue is never empty.
                Assert.Equal([Record(number - 1, length: 99)], Receive(queue, count: 1));
            }

            Assert.InRange(Directory.GetFiles(_folder.Path, "*.queue").Sum(file => new FileInfo(file).Length), 1, MaxBytes);
        }
    }

    [Fact]
    public void A_directory_that_is_made_for_it_is_its_users_alone()
    {
        var path = Path.Combine(_folder.Path, "a", "queue");

        using var queue = new DiskQueue(path, MaxBytes);

        // Windows gives a directory the permissions of the one around it.
        var mode = OperatingSystem.IsWindows() ? OwnerOnly : File.GetUnixFileMode(path);
        Assert.Equal(OwnerOnly, mode);
    }

    [Fact]
    public void A_record_of_any_size_up_to_the_limit_fits_into_a_queue_in_which_nothing_waits()
    {
        using var queue = new DiskQueue(_folder.Path, MaxBytes);
        foreach (var length in (int[])[1, MaxBytes - 1, 500, MaxBytes - 1, MaxBytes - 1])
        {
            queue.Add(Record(1, length));
            Assert.Equal([Record(1, length)], Receive(queue, count: 1));
        }

        Assert.Throws<MeteringQueueFullException>(() => queue.Add(Record(1, MaxBytes)));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void What_was_received_does_not_come_again_after_its_file_made_room()
    {
        using (var large = new DiskQueue(_folder.Path, maxBytes: 4 * MaxBytes))
        {
            large.Add(Record(1, MaxBytes - 100));
            Receive(large, count: 1);
        }

        using (var small = new DiskQueue(_folder.Path, MaxBytes))
        {
            small.Add(Record(2, length: 200));
        }

        using var again = new DiskQueue(_folder.Path, MaxBytes);
        Assert.Equal(1, again.Count);
        Assert.Equal([Record(2, length: 200)], Receive(again, count: 1));
    }

    [Fact]
    public void A_file_that_ends_within_a_line_holds_up_none_after_it()
    {
        using (var queue = new DiskQueue(_folder.Path, MaxBytes))
        {
            for (var number = 1; number <= 3; number++)
            {
                queue.Add(Record(number, length: MaxBytes / 4));
            }
        }

        // As a power loss leaves it: the first file has lost the end of its line, the second has a part of another one.
        var files = Directory.GetFiles(_folder.Path, "*.queue").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, files.Count);
        using (var first = new FileStream(files[0], FileMode.Open))
        {
            first.SetLength(first.Length - 10);
        }

        File.AppendAllText(files[1], "{\"torn\":");
        using var again = new DiskQueue(_folder.Path, MaxBytes);

        Assert.Equal(2, again.Count);
        Assert.Equal([Record(2, length: MaxBytes / 4)], Receive(again, count: 10));
        Assert.Equal([Record(3, length: MaxBytes / 4)], Receive(again, count: 10));
        Assert.Equal(0, again.Count);
    }

    [Theory]
    [InlineData("0000000001 (copy).queue")]
    [InlineData("1.queue")]
    [InlineData("99999999999999999999.queue")]
    public void A_file_that_is_none_of_the_queues_is_left_alone(string name)
    {
        var stray = Path.Combine(_folder.Path, name);
        File.WriteAllText(stray, "{}\n");
        using (var queue = new DiskQueue(_folder.Path, MaxBytes))
        {
            queue.Add(Record(1, length: MaxBytes / 4));
            queue.Add(Record(2, length: MaxBytes / 4));
        }

        Assert.Equal(2, QueueStanding.Read(_folder.Path).Waiting);
        using var again = new DiskQueue(_folder.Path, MaxBytes);
        Assert.Equal(2, again.Count);
        Assert.Equal([Record(1, length: MaxBytes / 4)], Receive(again, count: 10));
        Assert.Equal([Record(2, length: MaxBytes / 4)], Receive(again, count: 10));
        Assert.Equal("{}\n", File.ReadAllText(stray));
    }

    [Fact]
    public void A_file_that_could_not_be_begun_ends_nothing()
    {
        using var queue = new DiskQueue(_folder.Path, MaxBytes);
        queue.Add(Record(1, length: MaxBytes / 4));
        var blocked = Directory.CreateDirectory(Path.Combine(_folder.Path, "0000000002.queue"));

        Assert.Throws<UnauthorizedAccessException>(() => queue.Add(Record(2, length: MaxBytes / 4)));
        blocked.Delete();
        queue.Add(Record(3, length: MaxBytes / 4));

        Assert.Equal(2, queue.Count);
        Assert.Equal([Record(1, length: MaxBytes / 4)], Receive(queue, count: 10));
        Assert.Equal([Record(3, length: MaxBytes / 4)], Receive(queue, count: 10));
    }

    [Fact]
    public void The_names_of_directories_and_files_are_on_the_disk_before_a_record_is_in_a_file()
    {
        var directory = Path.Combine(_folder.Path, "made", "queue");
        var synced = new List<string>();
        using (var queue = new DiskQueue(directory, MaxBytes, toDisk: folder => synced.Add(Seen(folder))))
        {
            Assert.Equal([$"{Path.GetDirectoryName(directory)}:", $"{_folder.Path}:", $"{directory}: 0"], synced);

            queue.Add(Record(1, length: MaxBytes / 4));
            Assert.Equal(3, synced.Count);
            queue.Add(Record(2, length: MaxBytes / 4));
            Assert.Equal([$"{directory}: {(MaxBytes / 4) + 1} 0"], synced[3..]);
        }

        // A crash may have come before the last one.
        using var again = new DiskQueue(directory, MaxBytes, toDisk: folder => synced.Add(Seen(folder)));
        Assert.Equal($"{directory}: {(MaxBytes / 4) + 1} {(MaxBytes / 4) + 1}", synced[4..].Single());

        static string Seen(string folder) => string.Join(
            ' ', Directory.GetFiles(folder, "*.queue").Order(StringComparer.Ordinal).Select(file => $"{new FileInfo(file).Length}")
                .Prepend($"{folder}:"));
    }

    [Fact]
    public void A_file_whose_name_could_not_be_brought_to_the_disk_takes_no_record()
    {
        Exception? fault = null;
        using var queue = new DiskQueue(_folder.Path, MaxBytes, toDisk: _ => Fail(fault));
        queue.Add(Record(1, length: MaxBytes / 4));

        fault = new IOException("The disk fails.");
        Assert.Same(fault, Assert.Throws<IOException>(() => queue.Add(Record(2, length: MaxBytes / 4))));
        fault = null;
        queue.Add(Record(3, length: MaxBytes / 4));

        Assert.Equal(2, queue.Count);
        Assert.Equal([Record(1, length: MaxBytes / 4)], Receive(queue, count: 10));
        Assert.Equal([Record(3, length: MaxBytes / 4)], Receive(queue, count: 10));
    }

    [Fact]
    public void A_folder_is_brought_to_the_disk_unless_it_is_gone()
    {
        FolderSync.ToDisk(_folder.Path);
        if (!OperatingSystem.IsWindows())
        {
            var gone = Path.Combine(_folder.Path, "gone");
            Assert.Contains(gone, Assert.Throws<IOException>(() => FolderSync.ToDisk(gone)).Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void Fail(Exception? fault)
    {
        if (fault is not null)
        {
            throw fault;
        }
    }

    private static byte[] Record(int number, int length) => Encoding.UTF8.GetBytes($"{number}".PadRight(length, '.'));

    private static List<byte[]> Receive(DiskQueue queue, int count)
    {
        var batch = queue.Peek(count, maxBytes: 4 * MaxBytes);
        queue.Remove(batch.After(batch.Count), batch.Count);
        queue.DropReceived();
        return [.. Enumerable.Range(0, batch.Count).Select(index => batch[index].ToArray())];
    }
}
