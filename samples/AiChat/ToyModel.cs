namespace Samples.AiChat;

/// <summary>Stands in for the model that you call: it answers, and reports how many tokens that took.</summary>
internal sealed class ToyModel
{
    private readonly string _opinion = "I would say that it depends.";

    public async Task<(string Text, int Tokens)> CompleteAsync(string prompt, int maxTokens)
    {
        await Task.Yield();
        var words = $"You asked: {prompt} {_opinion}".Split(' ').Take(maxTokens).ToArray();
        return (string.Join(' ', words), prompt.Split(' ').Length + words.Length);
    }
}
