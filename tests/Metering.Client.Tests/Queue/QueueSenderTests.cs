using Metering.Client.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Client.Tests.Queue;

/// <summary>When the queue's sender wakes, without a meter.</summary>
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

    public void Dispose() => _folder.Dispose();

    private static QueueSender Sender(DiskQueue queue, Func<QueueBatch, int> send)
    {
        var when = new QueueSenderOptions(BatchRecords: 500, BatchBytes: 4_096, MaxDelay: TimeSpan.Zero, Farewell: TimeSpan.Zero);
        return new QueueSender(queue, when, (batch, _) => Task.FromResult(send(batch)), TimeProvider.System, NullLogger.Instance);
    }
}
