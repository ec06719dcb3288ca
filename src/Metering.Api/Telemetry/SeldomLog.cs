using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>
/// Lines about what others do wrong, and may do a thousand times a second: one a minute of each kind, which says how often it happened
/// since the line before, and what the last one was. So each is told once, and nobody can fill the log.
/// </summary>
public sealed class SeldomLog(ILogger<SeldomLog> logger, TimeProvider time)
{
    private readonly LogPace _letters = new(time);
    private readonly LogPace _deliveries = new(time);

    /// <summary>Events were kept as dead letters.</summary>
    internal void LettersKept(IReadOnlyList<DeadLetter> letters)
    {
        if (_letters.Add(letters.Count) is > 0 and var count)
        {
            logger.LettersKept(count, letters[^1].Code, letters[^1].Id);
        }
    }

    /// <summary>An attempt to deliver has failed.</summary>
    internal void DeliveryFailed(Delivery attempted)
    {
        if (_deliveries.Add(1) is > 0 and var count)
        {
            logger.DeliveriesFailed(count, attempted.WebhookId, attempted.Id, attempted.LastError ?? "");
        }
    }
}
