using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>
/// The memory that the bodies of all requests may fill together. Every body has a limit of its own, but ten thousand connections times that
/// limit is more than any machine has.
/// </summary>
internal sealed class BodyMemory(IOptions<ApiOptions> options)
{
    /// <summary>
    /// A body, or a part of one that waits, up to this many bytes takes nothing of the shared memory. So whoever fills it with large bodies
    /// can't keep others from consuming; and the common case costs no turn at a counter that all requests share.
    /// </summary>
    public const int Free = 16 * 1024;

    private const int RetrySeconds = 1;

    private static readonly Problem Full = new(
        ProblemCode.Busy,
        "The request bodies that are being read fill the memory that is set aside for them. Nothing was counted; send the request again.")
    {
        RetryAfterSeconds = RetrySeconds,
    };

    private readonly long _most = options.Value.MaxBodyMemoryBytes;
    private long _taken;

    /// <summary>How many bytes are taken.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Sets memory aside for a body, until <see cref="Release"/>.</summary>
    /// <exception cref="ProblemException">Too much is taken already (503).</exception>
    public void Take(long bytes)
    {
        // Added first and judged by the sum, so that two that come together can't both take the last of it, and nobody waits for a lock.
        if (Interlocked.Add(ref _taken, bytes) > _most)
        {
            Release(bytes);
            throw new ProblemException(Full);
        }
    }

    /// <summary>Gives memory back.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _taken, -bytes);
}

/// <summary>What one request has taken of the shared memory. Disposing gives it back.</summary>
internal sealed class BodyShare(BodyMemory memory) : IDisposable
{
    // A body grows by a packet at a time; in steps it goes to the counter that all requests share a few times only.
    private const int Step = 64 * 1024;

    // No interlocking: a share belongs to one request, which reads its body in turn.
    private long _taken;

    /// <summary>Sees to it that so many bytes are covered; what was taken for more stays taken.</summary>
    /// <exception cref="ProblemException">Too much is taken already (503).</exception>
    public void Cover(long bytes)
    {
        if (bytes <= BodyMemory.Free || bytes <= _taken)
        {
            return;
        }

        var wanted = (bytes + Step - 1) / Step * Step;
        memory.Take(wanted - _taken);
        _taken = wanted;
    }

    public void Dispose()
    {
        memory.Release(_taken);
        // So that a share that is disposed twice gives back once.
        _taken = 0;
    }
}
