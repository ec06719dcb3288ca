using System.Collections.Immutable;
using System.Text.Json;
using MeterFunctions.Entities;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Entities;

public sealed class CounterStateTests
{
    private const int MaxBytes = 16 * 1024;

    [Fact]
    public void A_license_with_20_features_and_35_days_of_use_is_under_16_KB()
    {
        var json = Encode(AfterUse(features: 20, days: 35));

        Assert.InRange(json.Length, 1000, MaxBytes);
    }

    [Fact]
    public void A_state_is_the_same_after_it_was_written_and_read()
    {
        var state = AfterUse(features: 3, days: 3) with { Link = new byte[] { 1, 2, 3 } };

        var read = CounterState.FromJson(JsonDocument.Parse(Encode(state)).RootElement);

        Assert.Equal(Encode(state), Encode(read));
        Assert.Equal([1, 2, 3], read.Link.ToArray());
    }

    [Theory]
    [InlineData("state-1.json")]
    [InlineData("state-1-with-later-fields.json")]
    public async Task A_stored_state_is_read_and_goes_on(string sample)
    {
        var json = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Entities", "Samples", sample));

        var state = CounterState.FromJson(JsonDocument.Parse(json).RootElement);
        var outcome = LicenseMeter.Apply(state.License, Commands.Consume(5), App.Start.AddHours(1));

        var meter = outcome.State.FindMeter(Commands.Calls)!;
        Assert.Equal("lic_sample", outcome.State.LicenseId);
        Assert.Equal(47, meter.Used);
        Assert.Equal(1000, meter.Terms.Limit);
        Assert.Equal(12, state.Partitions!["usage/0"]);
        Assert.Equal("s1", Assert.Single(state.Answers).Id);
    }

    [Fact]
    public void A_state_in_a_form_of_a_newer_version_is_refused()
    {
        var json = Encode(AfterUse(1, 1) with { Format = CounterState.CurrentFormat + 1 });

        Assert.Throws<InvalidDataException>(() => CounterState.FromJson(JsonDocument.Parse(json).RootElement));
    }

    [Fact]
    public void A_license_in_a_form_of_another_version_is_refused()
    {
        var json = Encode(AfterUse(1, 1)).Replace("\"license\":{\"format\":2,", "\"license\":{\"format\":1,", StringComparison.Ordinal);

        Assert.Throws<UnknownFormatException>(() => CounterState.FromJson(JsonDocument.Parse(json).RootElement));
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

    private static string Encode(CounterState state) => state.ToJson().GetRawText();

    private static CounterState AfterUse(int features, int days)
    {
        var open = Commands.Open("lic_sample") with
        {
            Features =
            [
                .. Enumerable.Range(0, features).Select(i => new FeatureTerms(
                    new Feature { Code = $"feature_{i:D2}", Name = $"Feature {i}", Kind = FeatureKind.Metered, Unit = "call" },
                    new Terms { Limit = 100_000, Reset = new Reset { Interval = Interval.Month } })),
            ],
        };
        var state = LicenseMeter.Apply(null, open, App.Start).State;
        for (var day = 0; day < days; day++)
        {
            for (var i = 0; i < features; i++)
            {
                state = LicenseMeter.Apply(
                    state, new Consume { FeatureCode = $"feature_{i:D2}", Given = 12.5m }, App.Start.AddDays(day).AddMinutes(i)).State;
            }
        }

        return new CounterState { License = state, Partitions = ImmutableSortedDictionary<string, long>.Empty.Add("usage/0", 123_456) };
    }
}
