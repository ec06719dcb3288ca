using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Entities;

/// <summary>
/// What a license's entity keeps: answers for callers in other instances that no row tells them, because nothing was counted. The license's
/// state is not here; it lies beside its evidence.
/// </summary>
internal sealed record CounterState
{
    /// <summary>
    /// Most answers that are kept. A caller whose answer has gone is told <c>busy</c>: nothing was counted, so it may try again.
    /// </summary>
    public const int MaxAnswers = 64;

    /// <summary>How long an answer is kept: longer than any caller waits (<c>AnswerWaitMilliseconds</c>).</summary>
    public static readonly TimeSpan AnswerAge = TimeSpan.FromMinutes(1);

    /// <summary>The state of an entity that keeps nothing.</summary>
    public static readonly CounterState Empty = new();

    /// <summary>Answers to the last commands, oldest first.</summary>
    public ImmutableArray<CounterAnswer> Answers { get => field.IsDefault ? [] : field; init; } = [];

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, CounterJson.Default.CounterState);

    /// <summary>Reads a state.</summary>
    public static CounterState FromJson(JsonElement json) => json.Deserialize(CounterJson.Default.CounterState) ?? Empty;

    /// <summary>The state with answers added; old ones go, and the oldest of too many.</summary>
    public CounterState With(IEnumerable<CounterAnswer> answers, DateTimeOffset time)
    {
        var since = (time - AnswerAge).ToUnixTimeMilliseconds();
        var kept = Answers.Where(answer => answer.At > since).Concat(answers).ToImmutableArray();
        return this with { Answers = kept.Length > MaxAnswers ? kept[^MaxAnswers..] : kept };
    }

    /// <summary>The answer to a command; null when it is not there (any more).</summary>
    public CounterAnswer? FindAnswer(string submission) => Answers.LastOrDefault(answer => answer.Id == submission);
}

/// <summary>An answer that an entity keeps.</summary>
internal sealed record CounterAnswer
{
    /// <summary>The submission.</summary>
    public required string Id { get; init; }

    /// <summary>When it was given, in Unix milliseconds of the machine's clock.</summary>
    public long At { get; init; }

    /// <summary>How it went.</summary>
    public ApplyStatus Status { get; init; }

    /// <summary>The answer; null where there is none.</summary>
    public Answer? Answer { get; init; }

    /// <summary>What is kept of a result.</summary>
    public static CounterAnswer Of(string submission, ApplyResult result, DateTimeOffset time) =>
        new() { Id = submission, At = time.ToUnixTimeMilliseconds(), Status = result.Status, Answer = result.Answer };

    public ApplyResult ToResult() => new(Status, Answer);
}

/// <summary>How entities' states and messages are written: as the domain writes its own, <see cref="MeteringJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true,
    AllowOutOfOrderMetadataProperties = true,
    Converters = [typeof(TotalJsonConverter), typeof(UtcJsonConverter)])]
[JsonSerializable(typeof(CounterState))]
[JsonSerializable(typeof(CommandMessage))]
[JsonSerializable(typeof(PendingCommand))]
internal sealed partial class CounterJson : JsonSerializerContext;
