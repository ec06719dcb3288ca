namespace Metering.Server.Demo;

/// <summary>One day of the demo's history, as one license lives it.</summary>
/// <param name="Number">How many days after the history began, from 0.</param>
/// <param name="Start">Midnight, UTC.</param>
/// <param name="Until">Until when use happens: the end of the day, or now.</param>
/// <param name="Chance">What varies from day to day.</param>
internal sealed record DemoDay(int Number, DateTimeOffset Start, DateTimeOffset Until, DemoChance Chance)
{
    /// <summary>How many days the history has, the one that is not over included.</summary>
    internal const int Count = 91;

    /// <summary>Whether offices are closed.</summary>
    internal bool IsWeekend => Start.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    /// <summary>How far the history has come, from 0 to 1.</summary>
    internal double Progress => Number / (double)(Count - 1);

    /// <summary>A time of the day at which people work more likely than not; null when it is still to come.</summary>
    internal DateTimeOffset? Time()
    {
        // The mean of two chances lies more often in the middle of the day than at its ends.
        var seconds = (int)((Chance.Next() + Chance.Next()) / 2 * 86_399);
        return At(seconds);
    }

    /// <summary>A time of the day, in seconds after midnight; null when it is still to come.</summary>
    internal DateTimeOffset? At(int seconds) => Start.AddSeconds(seconds) is var at && at < Until ? at : null;
}
