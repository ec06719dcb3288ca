using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The secret keys of licenses: given anew, and shown once.</summary>
internal sealed class LicenseKeyHandlers(Licenses licenses, Gate gate, RememberedCalls calls, JsonBodies bodies, IMeterClock clock)
{
    /// <summary>
    /// Gives the license a new key; the old one opens nothing from then on. The same request again gives no other key, and shows none.
    /// </summary>
    public async Task RotateAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.EmptyRequest, EmptyRequest.Value).ConfigureAwait(false);
        var licenseId = (await licenses.OfPathAsync(call).ConfigureAwait(false)).Id;
        var remembered = calls.Of(call, body, licenseId);
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var key = NewId.LicenseKey();
        var keyHash = SecretHash.Of(key).ToString();
        var oldHashes = new HashSet<string>(StringComparer.Ordinal);
        var license = await licenses.ChangeAsync(licenseId, known =>
        {
            // Of every call: the store calls again when another change came first, or when it does not know that its own has been made;
            // then what it shows is the new key already.
            oldHashes.Add(known.KeyHash);

            // Marked in the same step: of two that came together, and of one that comes again after a crash, one rotates.
            return RememberedCall.IsAmong(known.ChangedBy, remembered)
                ? known
                : known with { KeyHash = keyHash, ChangedBy = RememberedCall.Join(known.ChangedBy, remembered) };
        }, call.Aborted).ConfigureAwait(false);
        foreach (var oldHash in oldHashes.Where(hash => hash != license.KeyHash))
        {
            gate.Forget(SecretHash.FromHex(oldHash));
        }

        var view = await licenses.ViewAsync(license, clock.UtcNow, call.Aborted).ConfigureAwait(false);
        await SendAsync(call, StatusCodes.Status200OK, view, license.KeyHash == keyHash ? key : null, remembered).ConfigureAwait(false);
    }

    /// <summary>What is remembered of an answer that shows a license with its key.</summary>
    public static string Kept(LicenseView view) =>
        JsonSerializer.Serialize(new LicenseWithKey(view, null), ApiJson.Default.LicenseWithKey);

    /// <summary>Sends a license with the key that it was given in this request, and remembers the answer without it.</summary>
    /// <param name="call">The request.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="view">The license.</param>
    /// <param name="key">The key; null when another request, of which this is a repeat, has given it.</param>
    /// <param name="remembered">What is to be remembered of the request; null when it came without a key, or the answer is kept.</param>
    public static async Task SendAsync(ApiCall call, int status, LicenseView view, string? key, RememberedCall? remembered)
    {
        if (key is null)
        {
            Answers.MarkReplayed(call);
        }

        if (remembered is not null)
        {
            await remembered.KeepAsync(status, Kept(view)).ConfigureAwait(false);
        }

        await JsonReply.SendAsync(call.Http, status, new LicenseWithKey(view, key), ApiJson.Default.LicenseWithKey).ConfigureAwait(false);
    }
}
