using System.Text.Json;

namespace MeterFunctions.Ingest;

/// <summary>Which partition of which hub a batch came from.</summary>
internal static class HubPartition
{
    // Two versions of the extension name the same data differently.
    private static readonly string[] Names = ["TriggerPartitionContext", "PartitionContext"];

    /// <summary>
    /// The hub and the partition as <c>hub/partition</c>, as the host describes them with each batch; null when it does not.
    /// </summary>
    public static string? Of(IReadOnlyDictionary<string, object?> bindingData)
    {
        foreach (var name in Names)
        {
            if (bindingData.TryGetValue(name, out var value) && value is string json && json.StartsWith('{'))
            {
                using var document = JsonDocument.Parse(json);
                if (document.RootElement.TryGetProperty("PartitionId", out var id))
                {
                    var hub = document.RootElement.TryGetProperty("EventHubName", out var hubName) ? hubName.GetString() : null;
                    return $"{hub}/{id.GetString()}";
                }
            }
        }

        return null;
    }
}
