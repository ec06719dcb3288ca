namespace Metering;

/// <summary>
/// Remembers answers to management calls that came with an <c>Idempotency-Key</c> and concern no single license's state, such as creating
/// one.
/// </summary>
public interface IRequestMemory
{
    /// <summary>The first answer to a key; null when the key is new or its memory is over.</summary>
    ValueTask<RememberedRequest?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Remembers an answer; the first one stays when there already is one.</summary>
    /// <returns>The one that is remembered.</returns>
    ValueTask<RememberedRequest> RememberAsync(string key, RememberedRequest request, CancellationToken cancellationToken);
}
