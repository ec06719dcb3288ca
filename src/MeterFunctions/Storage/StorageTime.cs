using Azure.Core;
using Azure.Core.Pipeline;

namespace MeterFunctions.Storage;

/// <summary>How far this instance's clock is from the storage's, which stamps every answer and is kept right by somebody else.</summary>
/// <param name="time">The instance's clock.</param>
internal sealed class StorageTime(TimeProvider time) : HttpPipelineSynchronousPolicy
{
    private long _ahead;

    /// <summary>
    /// How far the instance is ahead of the storage, by the last answer; below zero: behind. Zero before the first answer.
    /// </summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    /// <inheritdoc/>
    public override void OnReceivedResponse(HttpMessage message)
    {
        // HTTP's Date is in whole seconds, which is enough to find a clock that is days away.
        if (message.Response.Headers.Date is { } date)
        {
            Interlocked.Exchange(ref _ahead, (time.GetUtcNow() - date).Ticks);
        }
    }
}
