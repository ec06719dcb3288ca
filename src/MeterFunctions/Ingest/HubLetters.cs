using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Ingest;

/// <summary>Keeps the dead letters of a batch of the hub's messages, whatever they hold.</summary>
internal sealed class HubLetters(IDeadLetters deadLetters, ILogger<HubLetters> logger)
{
    /// <summary>Keeps letters. Those that were kept before are the same events.</summary>
    public async ValueTask KeepAsync(List<DeadLetter> letters, CancellationToken cancellationToken)
    {
        try
        {
            await deadLetters.AddAsync(letters, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Each is tried by itself, and the one at fault without what it held; thrown, it would stop the partition.
        catch (Exception fault) when (!HubFaults.MayPass(fault))
#pragma warning restore CA1031
        {
            foreach (var letter in letters)
            {
                await KeepAsync(letter, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask KeepAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            await deadLetters.AddAsync([letter], cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception fault) when (!HubFaults.MayPass(fault))
#pragma warning restore CA1031
        {
            logger.LetterFailed(fault, letter.Id, letter.Payload.Length);
            var empty = letter with
            {
                Payload = "",
                Detail = "What the message held could not be kept. The letter's id has the time at which it was sent.",
            };
            await deadLetters.AddAsync([empty], cancellationToken).ConfigureAwait(false);
        }
    }
}
