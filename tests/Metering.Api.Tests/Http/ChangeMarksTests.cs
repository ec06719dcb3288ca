namespace Metering.Api.Tests;

public sealed class ChangeMarksTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-01T00:00:00Z");

    [Fact]
    public void The_last_changes_are_recognized_and_no_others()
    {
        string? marks = null;
        for (var i = 1; i <= 10; i++)
        {
            marks = ChangeMarks.With(marks, $"m{i}", Start.AddDays(i));
        }

        Assert.Equal(
            ["m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10"],
            Enumerable.Range(0, 12).Select(i => $"m{i}").Where(mark => ChangeMarks.Has(marks, mark, Start)));
        Assert.False(ChangeMarks.Has(null, "m1", Start));
        Assert.False(ChangeMarks.Has(marks, "m", Start));
    }

    [Fact]
    public void A_change_is_forgotten_when_the_memory_of_its_key_is_over()
    {
        var marks = ChangeMarks.With(null, "m1", Start);
        Assert.True(ChangeMarks.Has(marks, "m1", Start.AddMilliseconds(-1)));
        Assert.False(ChangeMarks.Has(marks, "m1", Start));
    }

    [Fact]
    public void A_mark_without_a_time_is_none() => Assert.False(ChangeMarks.Has("m1", "m1", Start));
}
