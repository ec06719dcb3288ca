using System.Threading.Channels;

namespace MeterFunctions.Retention;

/// <summary>
/// Licenses that have just committed here and that retention has not looked at for a day; <see cref="RetentionWorker"/> does.
/// </summary>
internal sealed class DueLicenses
{
    // One that finds no place is looked at a day later, or by the sweep.
    private const int MaxWaiting = 1_000;

    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Adds one, which costs its caller nothing.</summary>
    /// <returns>False when too many wait.</returns>
    public bool TryAdd(string licenseId) => _waiting.Writer.TryWrite(licenseId);

    /// <summary>Takes the next one; waits for it.</summary>
    public ValueTask<string> TakeAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAsync(cancellationToken);
}
