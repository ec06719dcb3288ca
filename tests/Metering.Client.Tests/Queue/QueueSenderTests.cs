using Metering.Client.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Client.Tests.Queue;

/// <summary>When the queue's sender wakes, and how it ends, without a meter.</summary>
public sealed class QueueSenderTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Two_records_that_come_together_wake_the_sender()
    {
        var queue = new DiskQueue(_folder.Path, maxBytes: 4_096);
        var sent = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var sender = Sender(queue, batch =>
        {
            sent.TrySetResult(batch.Count);
            return batch.Count;
        });

        // The first may find the sender on its way to its wait; after the second it waits for a record.
        await sender.FlushAsync(CancellationToken.None).WaitAsync(Limit);
        await sender.FlushAsync(CancellationToken.None).WaitAsync(Limit);

        // Both are in the queue before either says so, as when two threads add.
        var first = queue.Add("1"u8);
        var second = queue.Add("2"u8);
        sender.Added(second);
        sender.Added(first);

        Assert.Equal((1, 2), (first, second));
        Assert.Equal(2, await sent.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_file_that_cannot_be_deleted_keeps_no_record_and_no_flush()
    {
        var queue = new DiskQueue(_folder.Path, maxBytes: 4_096);
        queue.Add(new byte[1_000]);
        queue.Add(new byte[1_000]);
        var first = Path.Combine(_folder.Path, "0000000001.queue");
        var (sent, removed) = (0, 0);
        await using var sender = Sender(
            queue,
            batch =>
            {
                if (++sent == 2)
                {
                    // All of it was received, and it goes with the batch that begins the second file.
                    File.Delete(first);
                    Directory.CreateDirectory(first);
                }

                return Task.FromResult(batch.Count);
            },
            TimeSpan.Zero,
            (_, count) => removed += count);

        await sender.FlushAsync(CancellationToken.None).WaitAsync(Limit);

        Assert.Equal((2, 2, 0), (sent, removed, queue.Count));
    }

    [Fact]
    public async Task A_flush_that_its_end_overtakes_is_told_so()
    {
        var queue = new DiskQueue(_folder.Path, maxBytes: 4_096);
        var sender = Sender(queue, _ => throw new MeteringUnavailableException("It is away."));
        queue.Add("1"u8);
        var flushed = sender.FlushAsync(CancellationToken.None);

        await sender.DisposeAsync();

        var failure = await Assert.ThrowsAsync<MeteringException>(() => flushed.WaitAsync(Limit));
        Assert.Contains("stays in the queue", failure.Message, StringComparison.Ordinal);
        using var next = new DiskQueue(_folder.Path, maxBytes: 4_096);
        Assert.Equal(1, next.Count);
    }

    [Fact]
    public async Task After_its_end_a_flush_is_refused()
    {
        var queue = new DiskQueue(_folder.Path, maxBytes: 4_096);
        var sender = Sender(queue, batch => batch.Count);
        await sender.DisposeAsync();

        var failure = await Assert.ThrowsAsync<ObjectDisposedException>(() => sender.FlushAsync(CancellationToken.None).WaitAsync(Limit));

        Assert.Contains("client", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_fails_at_the_end_is_told_as_what_can_fail_with_a_client()
    {
        var sender = Sender(
            new DiskQueue(_folder.Path, maxBytes: 4_096, open: path => new FailingDisk(path)), batch => batch.Count);

        var failure = await Assert.ThrowsAsync<MeteringException>(() => sender.DisposeAsync().AsTask().WaitAsync(Limit));

        Assert.Contains($"{_folder.Path} can't be written", failure.Message, StringComparison.Ordinal);
        using var next = new DiskQueue(_folder.Path, maxBytes: 4_096);
    }

    [Fact]
    public async Task Disposed_twice_it_waits_for_the_same_end()
    {
        var queue = new DiskQueue(_folder.Path, maxBytes: 4_096);
        queue.Add("1"u8);
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = Sender(
            queue,
            _ =>
            {
                sending.TrySetResult();
                return taken.Task;
            },
            farewell: TimeSpan.FromHours(1));
        await sending.Task.WaitAsync(Limit);

        var first = sender.DisposeAsync().AsTask();
        var second = sender.DisposeAsync().AsTask();
        Assert.False(second.IsCompleted);
        taken.SetResult(1);
        await Task.WhenAll(first, second).WaitAsync(Limit);
        await sender.DisposeAsync().AsTask().WaitAsync(Limit);

        using var next = new DiskQueue(_folder.Path, maxBytes: 4_096);
        Assert.Equal(0, next.Count);
    }

    public void Dispose() => _folder.Dispose();

    private static QueueSender Sender(DiskQueue queue, Func<QueueBatch, int> send) =>
        Sender(queue, batch => Task.FromResult(send(batch)), TimeSpan.Zero);

    private static QueueSender Sender(
        DiskQueue queue, Func<QueueBatch, Task<int>> send, TimeSpan farewell, Action<QueueBatch, int>? removed = null)
    {
        var when = new QueueSenderOptions(BatchRecords: 500, BatchBytes: 4_096, MaxDelay: TimeSpan.Zero, Farewell: farewell);
        return new QueueSender(queue, when, (batch, _) => send(batch), TimeProvider.System, NullLogger.Instance, removed);
    }

    private sealed class FailingDisk(string path) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite)
    {
        public override void Flush(bool flushToDisk) => throw new IOException("The disk fails.");
    }
}
