using MeterFunctions.Storage;

namespace MeterFunctions.Tests.Storage;

public sealed class TableKeysTests
{
    public static TheoryData<string> Hostile =>
        ["a/b", "a\\b", "a#b", "a?b", "a'b", "a b", "a~2f", "tab\t", "\u0001", "ü", "💥", "\ud800", new string('x', 5000), ""];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_text_from_outside_makes_a_key_that_the_storage_takes(string text)
    {
        var key = TableKeys.Text(text);

        Assert.True(key.Length <= 400);
        Assert.DoesNotContain(key, unit => unit is '/' or '\\' or '#' or '?' or '\'' or < ' ' or >= '\u007f');
    }

    [Fact]
    public void Different_texts_have_different_keys()
    {
        string[] texts =
        [
            "a/b", "a~2fb", "a\\b", "a b", "ab", "A/b", "a", "", "~", "~~", "\ud800", "\ud801", "\ufffd",
            new string('x', 300), new string('x', 301), new string('x', 302), new string('x', 301) + "y",
        ];

        Assert.Equal(texts.Length, texts.Select(TableKeys.Text).Distinct().Count());
    }

    [Fact]
    public void Ids_stand_for_themselves() => Assert.Equal("lic_zhdn7hrrsmfvuup2whib6n6h", TableKeys.Text("lic_zhdn7hrrsmfvuup2whib6n6h"));

    [Fact]
    public void Entries_are_in_the_order_of_their_numbers()
    {
        long[] numbers = [1, 2, 9, 10, 11, 99, 100, 12_345_678_901, long.MaxValue];

        Assert.Equal(numbers, numbers.OrderBy(TableKeys.Entry, StringComparer.Ordinal));
        Assert.All(numbers, number => Assert.True(TableKeys.TryEntryNumber(TableKeys.Entry(number), out var read) && read == number));
        Assert.False(TableKeys.TryEntryNumber(TableKeys.Entry(1) + "0", out _));
    }

    [Fact]
    public void An_idempotency_key_is_not_an_event_id() => Assert.NotEqual(TableKeys.IdentityOfKey("a"), TableKeys.IdentityOfEvent("a"));
}
