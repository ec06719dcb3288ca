using System.Buffers;
using System.Text.Json;
using Microsoft.DurableTask.Client.Entities;

namespace MeterFunctions.Entities;

/// <summary>Sends messages to licenses' entities. When it returns, the message is durable in the task hub.</summary>
internal sealed class EntityMessages(DurableClients clients)
{
    /// <summary>Most bytes of commands in one message: what fits a message of the task hub without a blob.</summary>
    public const int MaxBytes = 40 * 1024;

    /// <summary>Sends commands that are JSON already.</summary>
    public async ValueTask SendAsync(string licenseId, IReadOnlyList<byte[]> commands, CancellationToken cancellationToken)
    {
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        await client.Entities.SignalEntityAsync(
            LicenseCounter.IdOf(licenseId), LicenseCounter.Apply, Batch(commands), null, cancellationToken)
            .ConfigureAwait(false);
    }

    private static JsonElement Batch(IReadOnlyList<byte[]> commands)
    {
        // Put together from their bytes, so that commands that are JSON already are not read and written once more.
        var json = new ArrayBufferWriter<byte>(commands.Sum(command => command.Length + 1) + 32);
        json.Write("{\"commands\":["u8);
        for (var i = 0; i < commands.Count; i++)
        {
            if (i > 0)
            {
                json.Write(","u8);
            }

            json.Write(commands[i]);
        }

        json.Write("]}"u8);
        var reader = new Utf8JsonReader(json.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }
}
