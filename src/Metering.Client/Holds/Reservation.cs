namespace Metering.Client;

/// <summary>
/// A part of the allowance that is set aside for work that has begun. Settle it with <see cref="CommitAsync"/>; what is not settled
/// when it is disposed goes back to the allowance.
/// </summary>
/// <example><code>
/// await using var reservation = await client.ReserveAsync("tokens", 4_000, TimeSpan.FromMinutes(5));
/// if (!reservation.Answer.Allowed) return Refuse(reservation.Answer.Refusal!);
/// var reply = await model.CompleteAsync(prompt);
/// await reservation.CommitAsync(reply.TokensUsed);
/// </code></example>
public sealed class Reservation : IAsyncDisposable
{
    private readonly MeteringClient _client;
    private readonly string? _id;
    private readonly string _commitKey = Keys.New();
    private bool _settled;

    internal Reservation(MeteringClient client, string id, UsageAnswer answer, DateTimeOffset expiresAt)
    {
        _client = client;
        _id = id;
        Answer = answer;
        ExpiresAt = expiresAt;
    }

    internal Reservation(MeteringClient client, UsageAnswer refused)
    {
        _client = client;
        _settled = true;
        Answer = refused;
    }

    /// <summary>Whether it was set aside, and if not, why: <see cref="UsageAnswer.Allowed"/>, <see cref="UsageAnswer.Refusal"/>.</summary>
    public UsageAnswer Answer { get; }

    /// <summary>When it goes back to the allowance by itself, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Settles it with what was really used, which may be more than was set aside, if the terms let that through.</summary>
    /// <param name="amount">What was used, in the feature's unit; null: the whole.</param>
    /// <param name="cancellationToken">Ends the wait; the amount may have counted, and calling again counts once.</param>
    /// <returns>The use, or its refusal.</returns>
    /// <exception cref="InvalidOperationException">Nothing was set aside.</exception>
    /// <exception cref="MeteringProblemException">The reservation has expired, or the amount is not right.</exception>
    /// <exception cref="MeteringUnavailableException">The meter could not be reached.</exception>
    public async Task<UsageAnswer> CommitAsync(decimal? amount = null, CancellationToken cancellationToken = default)
    {
        if (_id is null)
        {
            throw new InvalidOperationException("Nothing was set aside, so there is nothing to settle.");
        }

        var answer = await _client.CommitAsync(_id, Answer.FeatureCode, amount, _commitKey, cancellationToken).ConfigureAwait(false);
        _settled |= answer.Allowed;
        return answer;
    }

    /// <summary>
    /// Gives back what was set aside, unless it was settled. An absent meter is no error here: the reservation expires by itself.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_settled)
        {
            return;
        }

        _settled = true;
        await _client.ReleaseAsync(_id!).ConfigureAwait(false);
    }
}
