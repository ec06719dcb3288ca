using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>
/// A call with an <c>Idempotency-Key</c> that no license's own memory can recognize, because it makes a license, or changes what is not in
/// a license's state (rule 8). The id of what a call makes is remembered before it is made, so that a repeat, even one after a crash
/// halfway, goes on with the same; its answer is remembered when it is known, without any secret that it shows.
/// </summary>
internal sealed class RememberedCall(
    IRequestMemory requests, ApiCall call, string name, string hash, DateTimeOffset now, TimeSpan memory)
{
    // Whether nobody had taken the key when this call looked: then IdAsync need not look again.
    private bool _isFirst;

    // By what the call is recognized, as a short text that names no key.
    private string Mark => TextHash.Of($"{name}\n{hash}");

    private DateTimeOffset Now => now;

    private DateTimeOffset Since => now - memory;

    /// <summary>Whether a call is one of the last changes of something, by their <see cref="ChangeMarks"/>; never when it has no key.</summary>
    public static bool IsAmong(string? marks, RememberedCall? call) =>
        call is not null && ChangeMarks.Has(marks, call.Mark, call.Since);

    /// <summary>The <see cref="ChangeMarks"/> of something after the call has changed it; as they were when the call has no key.</summary>
    public static string? Join(string? marks, RememberedCall? call) => call is null ? marks : ChangeMarks.With(marks, call.Mark, call.Now);

    /// <summary>The id of what the call makes: the same for each repeat.</summary>
    /// <exception cref="ProblemException">The key was used for another request.</exception>
    public async ValueTask<(string Id, bool IsRepeat)> IdAsync(Func<string> newId)
    {
        if (!_isFirst && await FindAsync(name).ConfigureAwait(false) is { } known)
        {
            return (known.Body, true);
        }

        // Of two requests that come together the first one stays; both go on with its id.
        var id = newId();
        var first = Same(await requests
            .RememberAsync(name, new RememberedRequest(hash, StatusCodes.Status201Created, id), call.Aborted).ConfigureAwait(false));
        return (first.Body, first.Body != id);
    }

    /// <summary>Takes the key for this request, before it changes anything in several steps.</summary>
    /// <exception cref="ProblemException">The key was used for another request.</exception>
    public async ValueTask ClaimAsync() => await IdAsync(static () => "").ConfigureAwait(false);

    /// <summary>
    /// Sends the first answer again where this call repeats one that made something and was answered. Asked before the request is checked
    /// against what is stored: a plan that the first call named may be gone by now, and the repeat gets its answer all the same.
    /// </summary>
    /// <param name="locate">Sets headers that follow from the id of what was made; null: there are none.</param>
    /// <returns>Whether it was.</returns>
    /// <exception cref="ProblemException">The key was used for another request.</exception>
    public async ValueTask<bool> ReplayCreationAsync(Action<string>? locate = null)
    {
        if (await FindAsync(name).ConfigureAwait(false) is not { } known)
        {
            _isFirst = true;
            return false;
        }

        locate?.Invoke(known.Body);
        return await ReplayAsync().ConfigureAwait(false);
    }

    /// <summary>Sends the first answer again, with its status, where it is remembered.</summary>
    /// <param name="before">Sets headers that follow from the answer's body; null: there are none.</param>
    /// <returns>Whether it was.</returns>
    /// <exception cref="ProblemException">The key was used for another request.</exception>
    public async ValueTask<bool> ReplayAsync(Action<string>? before = null)
    {
        if (await FindAsync(AnswerName).ConfigureAwait(false) is not { } first)
        {
            return false;
        }

        Answers.MarkReplayed(call);
        before?.Invoke(first.Body);
        var reply = JsonReply.Begin();
        reply.Json.WriteRawValue(first.Body, skipInputValidation: true);
        await reply.SendAsync(call.Http, first.Status).ConfigureAwait(false);
        return true;
    }

    /// <summary>Remembers the answer; the first one stays.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="json">Its body, with null in place of a secret.</param>
    // Even when the client has gone: what was changed is changed, and the client may ask again.
    public async ValueTask KeepAsync(int status, string json) => await requests
        .RememberAsync(AnswerName, new RememberedRequest(hash, status, json), CancellationToken.None).ConfigureAwait(false);

    /// <summary>The answer, for whoever remembers it along with what the call makes.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="json">Its body, with null in place of a secret.</param>
    public KeyedAnswer Answer(int status, string json) => new(AnswerName, new RememberedRequest(hash, status, json));

    /// <summary>Sends an answer without secrets, and remembers it where the call came with a key.</summary>
    public static async ValueTask SendAsync<T>(ApiCall call, RememberedCall? remembered, int status, T answer, JsonTypeInfo<T> type)
    {
        if (remembered is not null)
        {
            // Before it leaves: a repeat that comes at once must find it.
            await remembered.KeepAsync(status, JsonSerializer.Serialize(answer, type)).ConfigureAwait(false);
        }

        await JsonReply.SendAsync(call.Http, status, answer, type).ConfigureAwait(false);
    }

    // A key has no space, so no other call has this name.
    private string AnswerName => name + " answer";

    private async ValueTask<RememberedRequest?> FindAsync(string of)
    {
        var remembered = await requests.FindAsync(of, call.Aborted).ConfigureAwait(false);
        return remembered is null ? null : Same(remembered);
    }

    private RememberedRequest Same(RememberedRequest remembered) =>
        remembered.BodyHash == hash ? remembered : throw new ProblemException(Answers.KeyReused);
}
