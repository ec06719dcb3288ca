using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Webhooks: made, changed, listed, forgotten.</summary>
internal sealed class WebhookHandlers(
    IWebhooks store, RememberedCalls calls, JsonBodies bodies, IOptions<WebhookOptions> options, TimeProvider time)
{
    // Webhooks live in real time, as their receivers do, also beside a test clock.
    private DateTimeOffset Now => UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());

    public async Task CreateAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.WebhookRequest).ConfigureAwait(false);
        var remembered = calls.Of(call, body);
        if (remembered is not null && await remembered.ReplayCreationAsync().ConfigureAwait(false))
        {
            return;
        }

        var request = body.Value;
        var errors = new FieldErrors();
        errors.Require(request.Url is not null, "/url", "is required");
        var events = Check(errors, request, options.Value);
        errors.ThrowIfAny();

        var (id, isRepeat) = remembered is null ? (NewId.Webhook(), false) : await remembered.IdAsync(NewId.Webhook).ConfigureAwait(false);
        if (isRepeat && await remembered!.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        var secret = request.Secret ?? WebhookSignature.NewSecret();
        var made = new Webhook
        {
            Id = id,
            Url = request.Url!,
            Events = events ?? [],
            Secrets = [new WebhookSecret(secret, null)],
            CreatedAt = Now,
            // A mark of this request: it tells whether the webhook that comes back is this one, or what the first request with the key has
            // made.
            ChangedBy = NewId.Webhook(),
        };
        var webhook = await store.AddAsync(made, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(
                new Problem(RefusalCode.LimitReached, $"There are at most {Webhook.MaxCount} webhooks. Delete one that is not needed."));
        var isNew = webhook.ChangedBy == made.ChangedBy;
        await SendWithSecretAsync(call, StatusCodes.Status201Created, webhook, isNew ? secret : null, !isNew, remembered)
            .ConfigureAwait(false);
    }

    public async Task ListAsync(ApiCall call)
    {
        var webhooks = await store.ListAsync(call.Aborted).ConfigureAwait(false);
        await Paging.SendAsync(call, [.. webhooks.Select(WebhookAnswer.Of)], null, ApiJson.Default.WebhookAnswer).ConfigureAwait(false);
    }

    public async Task GetAsync(ApiCall call) =>
        await SendAsync(call, StatusCodes.Status200OK, WebhookAnswer.Of(await WebhookOfPath.FindAsync(store, call).ConfigureAwait(false)))
            .ConfigureAwait(false);

    /// <summary>Changes what the request names, and nothing else, on the webhook as it is by then.</summary>
    public async Task ChangeAsync(ApiCall call)
    {
        var body = await bodies.ReadChangeAsync(call, ApiJson.Default.WebhookRequest).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        var events = Check(errors, request, options.Value);
        errors.ThrowIfAny();

        var id = call.Path("id");
        var remembered = calls.Of(call, body, id);
        if (remembered is not null && await remembered.ReplayAsync().ConfigureAwait(false))
        {
            return;
        }

        if (remembered is not null)
        {
            await remembered.ClaimAsync().ConfigureAwait(false);
        }

        // Read once, outside of the change, which the store may call again.
        var now = Now;
        var secret = request.Secret ?? (request.RotateSecret == true ? WebhookSignature.NewSecret() : null);
        var isRepeat = false;
        var webhook = await store.ChangeAsync(
            id,
            known =>
            {
                // Marked in the same step: of two that came together, and of one that comes again after a crash, one changes it.
                isRepeat = RememberedCall.IsAmong(known.ChangedBy, remembered);
                return isRepeat ? known : Changed(known) with { ChangedBy = RememberedCall.Join(known.ChangedBy, remembered) };
            },
            call.Aborted).ConfigureAwait(false) ?? throw WebhookOfPath.None(id);
        await SendWithSecretAsync(call, StatusCodes.Status200OK, webhook, isRepeat ? null : secret, isRepeat, remembered)
            .ConfigureAwait(false);

        Webhook Changed(Webhook known)
        {
            var changed = known with
            {
                Url = request.Url ?? known.Url,
                Events = events ?? known.Events,
                Secrets = secret is null
                    ? known.Secrets
                    : Rotate(known.Secrets, secret, now, now.AddHours(options.Value.SecretOverlapHours)),
            };
            return request.Enabled switch
            {
                true => changed.Enable(),
                false => changed.Disable("An operator disabled it.", now),
                null => changed,
            };
        }
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var id = call.Path("id");
        var known = await store.FindAsync(id, call.Aborted).ConfigureAwait(false);

        // Also of one that is not there: a removal that failed halfway may have left its deliveries. To its end, whether or not the client
        // waits.
        await store.RemoveAsync(id, CancellationToken.None).ConfigureAwait(false);
        if (known is null)
        {
            throw WebhookOfPath.None(id);
        }

        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task SendAsync(ApiCall call, int status, WebhookAnswer webhook) =>
        JsonReply.SendAsync(call.Http, status, webhook, ApiJson.Default.WebhookAnswer);

    private static ImmutableArray<SignalType>? Check(FieldErrors errors, WebhookRequest request, WebhookOptions options)
    {
        if (request.Url is not null && ReceiverAddress.WhyNot(request.Url, options.AllowPrivateAddresses) is { } why)
        {
            errors.Add("/url", why);
        }

        if (request.Secret is not null && !WebhookSignature.IsSecret(request.Secret))
        {
            errors.Add("/secret", "must be whsec_ and the base64 of 24 to 64 bytes");
        }

        if (request.Events is null)
        {
            return null;
        }

        var events = ImmutableArray.CreateBuilder<SignalType>();
        for (var i = 0; i < request.Events.Length; i++)
        {
            if (request.Events[i] is { } name && EnumNames.TryParse<SignalType>(name, out var type))
            {
                events.Add(type);
            }
            else
            {
                errors.Add($"/events/{i}", $"must be one of {EnumNames.Listed<SignalType>()}");
            }
        }

        // A signal is delivered once, however often it is named.
        return [.. events.Distinct()];
    }

    // The secret that is replaced signs beside the new one for as long as receivers may need to change over, and so do those that were
    // replaced a short while ago: a secret may be replaced again because nobody has seen it.
    private static ImmutableArray<WebhookSecret> Rotate(
        ImmutableArray<WebhookSecret> secrets, string secret, DateTimeOffset now, DateTimeOffset until) =>
    [
        new WebhookSecret(secret, null),
        .. secrets.Where(old => old.ExpiresAt is null || old.ExpiresAt > now)
            .Select(old => old with { ExpiresAt = old.ExpiresAt ?? until })
            .Take(Webhook.MaxSecrets - 1),
    ];

    private static async Task SendWithSecretAsync(
        ApiCall call, int status, Webhook webhook, string? secret, bool isRepeat, RememberedCall? remembered)
    {
        if (isRepeat)
        {
            Answers.MarkReplayed(call);
        }

        if (remembered is not null)
        {
            var answer = JsonSerializer.Serialize(
                // Remembered without the secret: a secret that could be shown twice would have to be kept.
                new WebhookWithSecret(WebhookAnswer.Of(webhook), null), ApiJson.Default.WebhookWithSecret);
            await remembered.KeepAsync(status, answer).ConfigureAwait(false);
        }

        var shown = new WebhookWithSecret(WebhookAnswer.Of(webhook), secret);
        await JsonReply.SendAsync(call.Http, status, shown, ApiJson.Default.WebhookWithSecret).ConfigureAwait(false);
    }
}
