using System.Security.Cryptography;
using Metering.Client;

namespace Samples.OfflineTool;

/// <summary>
/// Stamps files with their SHA-256, and counts each. It works on a plane: it leased what it may use while there was a network.
/// </summary>
internal sealed class StampTool(MeteringClient meter, string leases, TextWriter output)
{
    private const string Feature = "messages";

    /// <returns>The exit code: 0, or 1 if nothing is left.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> files)
    {
        // Two weeks without a network are enough for most journeys. Unused units are returned when the tool ends while it is online.
        await using var messages = await meter.LeaseAsync(new LeasedMeterOptions
        {
            FeatureCode = Feature, Directory = leases, LeaseTime = TimeSpan.FromDays(14), MinAmount = 50,
        });
        foreach (var file in files)
        {
            if (!File.Exists(file))
            {
                await output.WriteLineAsync($"{file} is not there; it costs nothing.");
                continue;
            }

            if (await UseAsync(messages) is { } refused)
            {
                await output.WriteLineAsync(refused);
                return 1;
            }

            await using var content = File.OpenRead(file);
            await output.WriteLineAsync($"{Convert.ToHexStringLower(await SHA256.HashDataAsync(content))}  {file}");
        }

        await output.WriteLineAsync($"{messages.Left} more can be stamped without a connection.");
        return 0;
    }

    // Null: it was counted.
    private static async Task<string?> UseAsync(LeasedMeter messages)
    {
        try
        {
            return (await messages.ConsumeAsync()).Refusal?.Detail;
        }
        catch (MeteringUnavailableException)
        {
            return "What was leased is used up. Connect to the network, and start again.";
        }
    }
}
