using System.Collections.Immutable;
using System.Globalization;
using MeterFunctions.Turns;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>
/// Of each instance that sent messages to the license's entity, the last of which something was refused. What was told to be refused stays
/// so: a message that runs again, or in two places at once, counts nothing that it has not counted before.
/// </summary>
/// <remarks>
/// One number for each instance is enough, because an instance sends its next message to a license only when the callers of the one before
/// have been told something. So a message that comes late, after the next one, has nobody who waits for it.
/// </remarks>
internal sealed record AnsweredMessages
{
    // The column takes some hundred; more instances than this do not write one license within minutes.
    private const int MaxInstances = 200;

    // Far longer than a message runs that counts anything (LicenseCounter), and than clocks differ.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    /// <summary>Those of a license of which no message was refused anything.</summary>
    public static readonly AnsweredMessages None = new();

    private ImmutableArray<MessagePlace> Last { get; init; } = [];

    /// <summary>Whether a message, or a later one of its sender, is among them.</summary>
    public bool Include(MessagePlace message) => Last.Any(last => last.Instance == message.Instance && last.Number >= message.Number);

    /// <summary>With a message; those that are so old that they count nothing for that go.</summary>
    /// <exception cref="StoreUnavailableException">There are too many.</exception>
    public AnsweredMessages With(MessagePlace message)
    {
        var since = message.RunAt - (long)Memory.TotalMilliseconds;
        var last = Last.RemoveAll(one => one.Instance == message.Instance || one.RunAt < since).Add(message);
        return last.Length <= MaxInstances
            ? new AnsweredMessages { Last = last }
            : throw new StoreUnavailableException("Too many instances send messages to one license.");
    }

    /// <summary>Them as a column of the state's row; null when there are none.</summary>
    public string? ToColumn() => Last.IsEmpty
        ? null
        : string.Join(';', Last.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Instance} {one.Number} {one.RunAt}")));

    /// <summary>Those of a column.</summary>
    public static AnsweredMessages Read(string? column) => string.IsNullOrEmpty(column)
        ? None
        : new AnsweredMessages { Last = [.. column.Split(';').Select(ReadOne)] };

    private static MessagePlace ReadOne(string text) =>
        text.Split(' ') is [var instance, var number, var at]
            && long.TryParse(number, CultureInfo.InvariantCulture, out var of)
            && long.TryParse(at, CultureInfo.InvariantCulture, out var when)
            ? new MessagePlace(instance, of, when)
            : throw new InvalidDataException("The messages that were answered cannot be read.");
}
