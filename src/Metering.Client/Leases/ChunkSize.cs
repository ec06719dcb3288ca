namespace Metering.Client;

/// <summary>
/// How many units are marked at once. A chunk is what a crash may lose of the allowance, and costs a write to the disk; so it is as large
/// as what is spent in about a second.
/// </summary>
internal sealed class ChunkSize(TimeProvider clock)
{
    private const int FirstPart = 16;
    private const int LargestPart = 4;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    private long _units = 1;
    private long? _markedAt;

    /// <summary>Begins no smaller than suits a lease of so many units.</summary>
    public void Suit(long leased) => _units = Math.Max(_units, leased / FirstPart);

    /// <summary>The next chunk of a lease of so many units: larger than the last one where that was soon spent.</summary>
    public long Next(long leased)
    {
        if (_markedAt is { } before)
        {
            var lasted = clock.GetElapsedTime(before);
            _units = lasted < Short ? _units * 4 : lasted > Long ? _units / 2 : _units;
        }

        _units = Math.Clamp(_units, 1, Math.Max(1, leased / LargestPart));
        _markedAt = clock.GetTimestamp();
        return _units;
    }
}
