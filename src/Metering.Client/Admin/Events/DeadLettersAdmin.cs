using System.Runtime.CompilerServices;

namespace Metering.Client.Admin;

/// <summary>Events that could not be counted.</summary>
public sealed class DeadLettersAdmin
{
    // A part is answered within one request, so it must not take long.
    private const int PartSize = 100;

    private readonly AdminHttp _http;

    internal DeadLettersAdmin(AdminHttp http) => _http = http;

    /// <summary>Those of a kind, the oldest first.</summary>
    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default) =>
        _http.ListAsync(
            AdminPath.Of("dead-letters").With("code", filter?.Code).With("tenant_id", filter?.TenantId).With("metric", filter?.Metric),
            AdminJson.Default.DeadLetterPart, cancellationToken);

    /// <summary>
    /// Tries to count one again, or an event in its place. Where that can't be counted either, the letter stays and the problem says
    /// why.
    /// </summary>
    /// <param name="id">The letter.</param>
    /// <param name="instead">The event as it should have been; null: as it came.</param>
    /// <param name="idempotencyKey">What makes a repeat of the call the same call; null: the client makes one.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="MeteringProblemException">It still can't be counted.</exception>
    public Task<DeadLetterRetry> RetryAsync(
        string id, UsageEvent? instead = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("dead-letters", id, "retry"), new RetryBody(instead), AdminJson.Default.RetryBody,
            AdminJson.Default.DeadLetterRetry, idempotencyKey, cancellationToken);

    /// <summary>Tries all of a kind again, a part of them for each item of the answer. Each part has a key of its own.</summary>
    public async IAsyncEnumerable<DeadLetterRetry> RetryAllAsync(
        DeadLetterFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var part = await _http.ChangeAsync(
                AdminPath.Of("dead-letters", "retry"),
                new RetryAllBody(filter?.Code, filter?.TenantId, filter?.Metric, PartSize, cursor),
                AdminJson.Default.RetryAllBody,
                AdminJson.Default.DeadLetterRetry,
                key: null,
                cancellationToken).ConfigureAwait(false);
            yield return part;
            cursor = part.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Forgets one: its event is never counted.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(AdminPath.Of("dead-letters", id), cancellationToken);
}
