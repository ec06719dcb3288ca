namespace Metering.Reports;

/// <summary>A span of time, UTC.</summary>
/// <param name="From">Its first instant.</param>
/// <param name="To">The first instant after it.</param>
public readonly record struct ExportSpan(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Most days that an export spans.</summary>
    public const int MaxDays = 400;

    /// <summary>How long after its late window a span counts as final.</summary>
    // A command that was decided just before may still be on its way to the disk, and the clocks of instances differ by a little.
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>From when on nothing comes to it any more.</summary>
    public DateTimeOffset FinalFrom(TimeSpan lateWindow) => To + lateWindow + Settling;

    /// <summary>How it stands.</summary>
    public ExportState StateAt(DateTimeOffset now, TimeSpan lateWindow) =>
        now >= FinalFrom(lateWindow) ? ExportState.Final : ExportState.Provisional;

    internal static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}
