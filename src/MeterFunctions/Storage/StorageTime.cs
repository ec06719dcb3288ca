using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MeterFunctions.Storage;

/// <summary>
/// Whether this instance's clock agrees with the storage's, which stamps every answer and is kept right by somebody else.
/// </summary>
/// <remarks>
/// An answer was stamped at some moment between its request and its arrival, and in whole seconds. So one answer gives no difference but
/// the least and the most that it can be; the longer the answer took, the further apart they are, and the less it says. Only an answer
/// that leaves no doubt counts, and only <see cref="Agreeing"/> of them in a row turn the verdict: one odd stamp, or one answer that a
/// suspended machine got late, stops nobody.
/// </remarks>
/// <param name="time">The instance's clock.</param>
internal sealed class StorageTime(TimeProvider time) : HttpPipelineSynchronousPolicy
{
    /// <summary>How far the instance's clock may be from the storage's, either way.</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(60);

    /// <summary>How many answers in a row, that leave no doubt, turn the verdict.</summary>
    public const int Agreeing = 3;

    // HTTP's Date is cut off to whole seconds.
    private static readonly TimeSpan Stamp = TimeSpan.FromSeconds(1);
    private static readonly string Sent = typeof(StorageTime).FullName!;

    private readonly Lock _turn = new();
    private int _against;
    private volatile Verdict? _away;

    /// <summary>Why the instance's clock is not to be trusted, for people; null when it is.</summary>
    public string? Problem => _away?.Problem;

    /// <inheritdoc/>
    public override void OnSendingRequest(HttpMessage message) =>
        message.SetProperty(Sent, new Moment(time.GetUtcNow(), time.GetTimestamp()));

    /// <inheritdoc/>
    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Response.Headers.Date is { } date && message.TryGetProperty(Sent, out var sent))
        {
            Learn(date, (Moment)sent!);
        }
    }

    private void Learn(DateTimeOffset date, Moment sent)
    {
        // By the steady time too: a clock that was set while the request was under way, or a machine that was suspended, then shows as a
        // wide range, and not as a difference.
        var (now, took) = (time.GetUtcNow(), time.GetElapsedTime(sent.Timestamp));
        var earliest = sent.At < now - took ? sent.At : now - took;
        var latest = sent.At + took > now ? sent.At + took : now;
        var (least, most) = (earliest - date - Stamp, latest - date);
        if (least > MaxSkew || most < -MaxSkew)
        {
            Count(new Verdict(least > MaxSkew ? Say(least, "ahead of") : Say(-most, "behind")));
        }
        else if (least >= -MaxSkew && most <= MaxSkew)
        {
            Count(null);
        }
    }

    private void Count(Verdict? seen)
    {
        lock (_turn)
        {
            if ((seen is null) == (_away is null) || ++_against == Agreeing)
            {
                (_away, _against) = (seen, 0);
            }
        }
    }

    private static string Say(TimeSpan difference, string how) => string.Create(
        CultureInfo.InvariantCulture,
        $"The clock of this instance is {difference.TotalSeconds:F0} s or more {how} the storage's. It counts nothing and sends no webhooks until they agree.");

    private sealed record Moment(DateTimeOffset At, long Timestamp);

    private sealed record Verdict(string Problem);
}
