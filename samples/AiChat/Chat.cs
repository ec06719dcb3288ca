using Metering.Client;

namespace Samples.AiChat;

/// <summary>Answers prompts, and charges the customer for the tokens that each one used: reserve, call, settle.</summary>
internal sealed class Chat(MeteringClient meter, ToyModel model, TextWriter output)
{
    private const string Feature = "tokens";
    private const int MaxTokens = 200;

    /// <returns>The exit code: 0, or 1 if the meter refused.</returns>
    public async Task<int> RunAsync(IEnumerable<string> prompts)
    {
        foreach (var prompt in prompts)
        {
            // How many tokens an answer uses is known only afterwards. So the most that it may use is reserved first: the call is not
            // made if the customer can't pay for it, and two calls at once can't spend the same credit.
            await using var reservation = await meter.ReserveAsync(Feature, MaxTokens, TimeSpan.FromMinutes(5));
            if (reservation.Answer.Refusal is { } refusal)
            {
                await output.WriteLineAsync($"Not now: {refusal.Detail}");
                return 1;
            }

            // If this throws, the reservation is released at the end of the block.
            var (text, tokens) = await model.CompleteAsync(prompt, MaxTokens);
            var settled = await reservation.CommitAsync(tokens);

            await output.WriteLineAsync($"> {prompt}\n{text}");
            await output.WriteLineAsync($"  {tokens} tokens, {settled.Cost} {settled.Balance?.Unit}; {settled.Balance?.Available} left");
        }

        return 0;
    }
}
