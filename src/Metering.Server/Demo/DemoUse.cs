namespace Metering.Server.Demo;

/// <summary>Ways in which a feature is used day by day.</summary>
internal static class DemoUse
{
    /// <summary>Work of people: less at weekends, more as time goes on, some users far ahead of the others.</summary>
    /// <param name="feature">The counter.</param>
    /// <param name="perDay">Units on a weekday at the beginning.</param>
    /// <param name="events">Events a day.</param>
    /// <param name="users">How many people.</param>
    /// <param name="growth">By what a day has grown at the end, as a factor.</param>
    /// <param name="weekend">What a weekend's day is of a weekday.</param>
    internal static Func<DemoDay, IEnumerable<Command>> Work(
        string feature, int perDay, int events, int users, double growth = 1, double weekend = 0.2) => day => Counted(
            day, feature, events, users, perDay * (1 + ((growth - 1) * day.Progress)) * (day.IsWeekend ? weekend : 1));

    /// <summary>Devices that read their running totals twice a day; one of them is replaced and starts at zero.</summary>
    /// <param name="feature">The total.</param>
    /// <param name="devices">How many.</param>
    internal static Func<DemoDay, IEnumerable<Command>> Fleet(string feature, int devices) => day => Enumerable
        .Range(0, 2 * devices)
        .Select(reading => (Device: reading / 2, Half: reading % 2, At: day.At((reading % 2 * 43_200) + (reading * 300))))
        .Where(reading => reading.At is not null)
        .Select(reading => new RecordUse
        {
            FeatureCode = feature,
            Key = $"sensor-{reading.Device + 1:00}",
            Given = Total(reading.Device, day.Number, reading.Half),
            OccurredAt = reading.At,
        });

    /// <summary>Machines that come and go.</summary>
    /// <param name="machines">Name, cores, the day on which it comes and the day on which it goes.</param>
    internal static Func<DemoDay, IEnumerable<Command>> Cores(params (string Name, int Cores, int From, int To)[] machines) => day =>
    [
        .. machines.Where(machine => machine.From == day.Number)
            .Select(machine => new SetMachine { Fingerprint = machine.Name, Cores = machine.Cores, Name = machine.Name }),
        .. machines.Where(machine => machine.To == day.Number).Select(machine => new RemoveMachine { Fingerprint = machine.Name }),
    ];

    /// <summary>Seats, of which some are taken and some given back every week.</summary>
    /// <param name="feature">The up_down.</param>
    /// <param name="first">Seats at the beginning.</param>
    internal static Func<DemoDay, IEnumerable<Command>> Seats(string feature, int first) => day =>
        (day.Number == 0 ? first : day.Start.DayOfWeek == DayOfWeek.Monday ? day.Chance.Below(6) - 1 : 0) is var change && change == 0
            ? []
            : [new RecordUse { FeatureCode = feature, Given = change, OccurredAt = day.At(32_400) }];

    /// <summary>Use that ends.</summary>
    /// <param name="last">The last day of it.</param>
    /// <param name="use">The use.</param>
    internal static Func<DemoDay, IEnumerable<Command>> Until(int last, Func<DemoDay, IEnumerable<Command>> use) =>
        day => day.Number <= last ? use(day) : [];

    // A device's total after so many half days: its own pace, told by its number; the third one was replaced on day 40.
    private static decimal Total(int device, int day, int half)
    {
        var since = device == 2 && day >= 40 ? day - 40 : day;
        return (((since * 2) + half + 1) * (40 + (device * 7))) + (since * device % 11);
    }

    private static IEnumerable<Command> Counted(DemoDay day, string feature, int events, int users, double total)
    {
        for (var i = 0; i < events; i++)
        {
            // Drawn whether or not the time has come, so that the rest of today is what it would have been.
            var (at, user) = (day.Time(), day.Chance.Next() * day.Chance.Next() * users);
            var quantity = Math.Floor(total / events * (0.6 + (0.8 * day.Chance.Next())));
            if (at is not null && quantity >= 1)
            {
                yield return new RecordUse
                {
                    FeatureCode = feature, Given = (decimal)quantity, UserId = $"user_{(int)user + 1}", OccurredAt = at,
                };
            }
        }
    }
}
