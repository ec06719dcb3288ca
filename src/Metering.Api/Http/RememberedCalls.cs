using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// Calls with an <c>Idempotency-Key</c> that no license's own memory can recognize, because they make a license, or change what is not in a
/// license's state (rule 8). The id of what a call makes is remembered before it is made, so that a repeat, even one after a crash halfway,
/// goes on with the same; its answer is remembered when it is known, without any secret that it shows.
/// </summary>
internal sealed class RememberedCalls
{
    private readonly ApiCall _call;
    private readonly string _name;
    private readonly string _hash;

    private RememberedCalls(ApiCall call, string name, string hash)
    {
        _call = call;
        _name = name;
        _hash = hash;
    }

    /// <summary>By what the call is recognized, as a short text that names no key.</summary>
    public string Mark => TextHash.Of($"{_name}\n{_hash}");

    /// <summary>What is remembered of a call; null when it came without a key.</summary>
    /// <param name="call">The call.</param>
    /// <param name="body">Its body.</param>
    /// <param name="about">What it is about, where the path names it: the same key may be used for another.</param>
    public static RememberedCalls? Of<T>(ApiCall call, JsonBody<T> body, string? about = null) =>
        body.Key is null ? null : new RememberedCalls(call, about is null ? $"{call.Route.Name} {body.Key}" : $"{call.Route.Name} {about} {body.Key}", body.Hash);

    /// <summary>The id of what the call makes: the same for each repeat.</summary>
    /// <exception cref="ProblemException">The key was used for another request.</exception>
    public async ValueTask<(string Id, bool IsRepeat)> IdAsync(Func<string> newId)
    {
        if (await FindAsync(_name).ConfigureAwait(false) is { } known)
        {
            return (known, true);
        }

        var id = newId();
        await _call.Ports.Requests.RememberAsync(_name, new RememberedRequest(_hash, StatusCodes.Status201Created, id), _call.Aborted).ConfigureAwait(false);

        // Of two requests that came together the first one stays; both go on with its id.
        var first = await FindAsync(_name).ConfigureAwait(false)
            ?? throw new StoreUnavailableException("A request was remembered, but can't be found.");
        return (first, first != id);
    }

    /// <summary>Sends the first answer again, where it is remembered.</summary>
    /// <returns>Whether it was.</returns>
    /// <exception cref="ProblemException">The key was used for another request.</exception>
    public async ValueTask<bool> ReplayAsync(int status)
    {
        if (await FindAsync(AnswerName).ConfigureAwait(false) is not { } first)
        {
            return false;
        }

        Answers.MarkReplayed(_call);
        var reply = JsonReply.Begin();
        reply.Json.WriteRawValue(first, skipInputValidation: true);
        await reply.SendAsync(_call.Http, status).ConfigureAwait(false);
        return true;
    }

    /// <summary>Remembers the answer; the first one stays.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="json">Its body, with null in place of a secret.</param>
    public ValueTask KeepAsync(int status, string json) =>
        _call.Ports.Requests.RememberAsync(AnswerName, new RememberedRequest(_hash, status, json), _call.Aborted);

    private string AnswerName => _name + " answer";

    private async ValueTask<string?> FindAsync(string name)
    {
        var remembered = await _call.Ports.Requests.FindAsync(name, _call.Aborted).ConfigureAwait(false);
        return remembered is null ? null
            : remembered.BodyHash == _hash ? remembered.Body
            : throw new ProblemException(Answers.KeyReused);
    }
}
