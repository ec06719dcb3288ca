using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Metering;

namespace MeterFunctions.Entities;

/// <summary>
/// What a license's entity keeps. It is small: the license's state, the answers that somebody may still wait for, and how far each
/// partition of the hub has been counted.
/// </summary>
/// <remarks>
/// A field that is added later reads as its default in an older state, and an older version passes over it; only a change that an
/// older version would misread raises <see cref="CurrentFormat"/>.
/// </remarks>
internal sealed record CounterState
{
    /// <summary>The form in which this version writes states. It reads this and every lower one.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Most answers that are kept.</summary>
    // As many as one message may bring (FunctionsOptions.MaxMessageCommands), so that all of its answers are there to be read.
    public const int MaxAnswers = 64;

    /// <summary>Most partitions whose place is kept.</summary>
    public const int MaxPartitions = 64;

    /// <summary>How long an answer is kept at least while there are fewer than <see cref="MaxAnswers"/>.</summary>
    public static readonly TimeSpan AnswerAge = TimeSpan.FromSeconds(10);

    /// <summary>The state of a license that has none.</summary>
    public static readonly CounterState Empty = new();

    /// <summary>The form in which the state was written.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The license's state; null before it was opened.</summary>
    public LicenseState? License { get; init; }

    /// <summary>
    /// The link of the license's last entry (<see cref="EvidenceChain"/>), from which the next one's is made; empty before the first. It
    /// commits with the license's state, so an attempt that fails begins again where the committed entries end.
    /// </summary>
    public ReadOnlyMemory<byte> Link { get; init; }

    /// <summary>Answers to the last commands, oldest first.</summary>
    public ImmutableArray<CounterAnswer> Answers { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The highest number that was counted of each partition of the hub.</summary>
    public ImmutableSortedDictionary<string, long>? Partitions { get; init; }

    /// <summary>For the entity, which keeps JSON and not objects; <see cref="FromJson"/> reads it.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, CounterJson.Default.CounterState);

    /// <summary>Reads a state.</summary>
    /// <exception cref="InvalidDataException">A newer version wrote it in a form that this one does not know.</exception>
    /// <exception cref="UnknownFormatException">Another version wrote the license's state in its own form.</exception>
    public static CounterState FromJson(JsonElement json)
    {
        var state = json.Deserialize(CounterJson.Default.CounterState) ?? Empty;
        return state.Format <= CurrentFormat
            ? state
            : throw new InvalidDataException(
                $"The state of license {state.License?.LicenseId} was written by a newer version, in a form that this one does not know. Deploy that version.");
    }

    /// <summary>The state with answers added; the oldest go.</summary>
    public CounterState With(IEnumerable<CounterAnswer> answers, DateTimeOffset time)
    {
        var since = (time - AnswerAge).ToUnixTimeMilliseconds();
        var kept = Answers.Where(answer => answer.At > since).Concat(answers).ToImmutableArray();
        return this with { Answers = kept.Length > MaxAnswers ? kept[^MaxAnswers..] : kept };
    }

    /// <summary>The answer to a command; null when it is not there (any more).</summary>
    public CounterAnswer? FindAnswer(string commandId) => Answers.LastOrDefault(answer => answer.Id == commandId);
}

/// <summary>The answer to a command.</summary>
internal sealed record CounterAnswer
{
    /// <summary>The command.</summary>
    public required string Id { get; init; }

    /// <summary>When it was given, in Unix milliseconds of the machine's clock.</summary>
    public long At { get; init; }

    /// <summary>How it went.</summary>
    public ApplyStatus Status { get; init; }

    /// <summary>The answer; null when none was asked for.</summary>
    public Answer? Answer { get; init; }

    /// <summary>Whether the command could not be applied because of a fault of ours.</summary>
    public bool Failed { get; init; }
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
