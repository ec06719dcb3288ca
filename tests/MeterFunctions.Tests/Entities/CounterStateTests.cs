using System.Text.Json;
using MeterFunctions.Entities;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Entities;

public sealed class CounterStateTests
{
    [Fact]
    public void Answers_are_the_same_after_they_were_written_and_read()
    {
        var refusal = new Refusal { Code = RefusalCode.QuotaExceeded, Detail = "There is nothing left." };
        ApplyResult[] results = [new(ApplyStatus.Applied, refusal), ApplyResult.LicenseNotFound, ApplyResult.Busy, ApplyResult.Failed];
        var state = CounterState.Empty.With(
            results.Select((result, i) => CounterAnswer.Of($"s{i}", result, App.Start)), App.Start);

        var read = CounterState.FromJson(JsonDocument.Parse(state.ToJson().GetRawText()).RootElement);

        Assert.Equal(results, Enumerable.Range(0, results.Length).Select(i => read.FindAnswer($"s{i}")!.ToResult()));
    }

    [Fact]
    public void Answers_are_kept_for_a_while_and_never_too_many()
    {
        var state = CounterState.Empty;
        for (var i = 0; i < 200; i++)
        {
            state = state.With([new CounterAnswer { Id = $"s{i}", At = App.Start.ToUnixTimeMilliseconds() }], App.Start);
        }

        Assert.Equal(CounterState.MaxAnswers, state.Answers.Length);
        Assert.NotNull(state.FindAnswer("s199"));
        Assert.Null(state.FindAnswer("s0"));
        Assert.Empty(state.With([], App.Start + CounterState.AnswerAge).Answers);
    }
}
