using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Webhooks: made, changed, listed, tried.</summary>
internal static class WebhookHandlers
{
    public static async Task CreateAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.WebhookRequest).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        errors.Require(request.Url is not null, "/url", "is required");
        var events = Check(errors, request, call.Ports.WebhookOptions);
        errors.ThrowIfAny();

        var remembered = RememberedCalls.Of(call, body);
        var (id, isRepeat) = remembered is null ? (NewId.Webhook(), false) : await remembered.IdAsync(NewId.Webhook).ConfigureAwait(false);
        if (isRepeat && await remembered!.ReplayAsync(StatusCodes.Status201Created).ConfigureAwait(false))
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
            CreatedAt = call.Now,
            ChangedBy = NewId.Webhook(),
        };
        var webhook = await call.Ports.Webhooks.AddAsync(made, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(new Problem(RefusalCode.LimitReached, $"There are at most {Webhook.MaxCount} webhooks. Delete one that is not needed."));
        var isNew = webhook.ChangedBy == made.ChangedBy;
        await SendWithSecretAsync(call, StatusCodes.Status201Created, webhook, isNew ? secret : null, !isNew, remembered).ConfigureAwait(false);
    }

    public static async Task ListAsync(ApiCall call)
    {
        var webhooks = await call.Ports.Webhooks.ListAsync(call.Aborted).ConfigureAwait(false);
        await Paging.SendAsync(call, [.. webhooks.Select(View)], null, ApiJson.Default.WebhookAnswer).ConfigureAwait(false);
    }

    public static async Task GetAsync(ApiCall call) =>
        await SendAsync(call, StatusCodes.Status200OK, View(await FindAsync(call).ConfigureAwait(false))).ConfigureAwait(false);

    /// <summary>Changes what the request names, and nothing else, on the webhook as it is by then.</summary>
    public static async Task ChangeAsync(ApiCall call)
    {
        var body = await JsonBody.ReadAsync(call, ApiJson.Default.WebhookRequest).ConfigureAwait(false);
        var request = body.Value;
        var options = call.Ports.WebhookOptions;
        var errors = new FieldErrors();
        var events = Check(errors, request, options);
        errors.ThrowIfAny();

        var id = call.Path("id");
        var remembered = RememberedCalls.Of(call, body, id);
        if (remembered is not null && await remembered.ReplayAsync(StatusCodes.Status200OK).ConfigureAwait(false))
        {
            return;
        }

        var (now, mark) = (call.Ports.WebhookTime, remembered?.Mark ?? NewId.Webhook());
        var secret = request.Secret ?? (request.RotateSecret == true ? WebhookSignature.NewSecret() : null);
        var isRepeat = false;
        var webhook = await call.Ports.Webhooks.ChangeAsync(
            id,
            known =>
            {
                // Marked in the same step: of two that came together, and of one that comes again after a crash, one changes it.
                isRepeat = known.ChangedBy == mark;
                return isRepeat ? known : Changed(known) with { ChangedBy = mark };
            },
            call.Aborted).ConfigureAwait(false) ?? throw NoWebhook(id);
        await SendWithSecretAsync(call, StatusCodes.Status200OK, webhook, isRepeat ? null : secret, isRepeat, remembered).ConfigureAwait(false);

        Webhook Changed(Webhook known)
        {
            var changed = known with
            {
                Url = request.Url ?? known.Url,
                Events = events ?? known.Events,
                Secrets = secret is null ? known.Secrets : Rotate(known.Secrets, secret, now, now.AddHours(options.SecretOverlapHours)),
            };
            return request.Enabled switch
            {
                true => changed.Enable(),
                false => changed.Disable("An operator disabled it.", now),
                null => changed,
            };
        }
    }

    public static async Task DeleteAsync(ApiCall call)
    {
        var webhook = await FindAsync(call).ConfigureAwait(false);
        await call.Ports.Webhooks.RemoveAsync(webhook.Id, call.Aborted).ConfigureAwait(false);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public static async Task DeliveriesAsync(ApiCall call)
    {
        var webhook = await FindAsync(call).ConfigureAwait(false);
        var limit = Paging.Limit(call);
        var page = await Paging.ReadAsync(
            cursor => call.Ports.Webhooks.DeliveriesAsync(webhook.Id, cursor, limit, call.Aborted), call.Query("cursor")).ConfigureAwait(false);
        await Paging.SendAsync(call, [.. page.Items.Select(View)], page.NextCursor, ApiJson.Default.DeliveryAnswer).ConfigureAwait(false);
    }

    public static async Task TestAsync(ApiCall call)
    {
        var webhook = await FindAsync(call).ConfigureAwait(false);
        await SendAsync(call, WebhookMessages.Test(webhook, call.Ports.WebhookTime)).ConfigureAwait(false);
    }

    public static async Task RedeliverAsync(ApiCall call)
    {
        var webhook = await FindAsync(call).ConfigureAwait(false);
        var id = call.Path("delivery_id");
        var delivery = await call.Ports.Webhooks.FindDeliveryAsync(webhook.Id, id, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(new Problem(ProblemCode.DeliveryNotFound, $"There is no delivery {id} of this webhook."));
        await SendAsync(call, WebhookMessages.Again(delivery, call.Ports.WebhookTime)).ConfigureAwait(false);
    }

    private static async Task<Webhook> FindAsync(ApiCall call)
    {
        var id = call.Path("id");
        return await call.Ports.Webhooks.FindAsync(id, call.Aborted).ConfigureAwait(false) ?? throw NoWebhook(id);
    }

    private static ProblemException NoWebhook(string id) => new(new Problem(ProblemCode.WebhookNotFound, $"There is no webhook {id}."));

    private static async Task SendAsync(ApiCall call, Delivery delivery)
    {
        await call.Ports.Webhooks.AddDeliveryAsync(delivery, call.Aborted).ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status202Accepted, View(delivery), ApiJson.Default.DeliveryAnswer).ConfigureAwait(false);
    }

    private static Task SendAsync(ApiCall call, int status, WebhookAnswer webhook) =>
        JsonReply.SendAsync(call.Http, status, webhook, ApiJson.Default.WebhookAnswer);

    private static ImmutableArray<SignalType>? Check(FieldErrors errors, WebhookRequest request, WebhookOptions options)
    {
        if (request.Url is not null && ReceiverAddress.Problem(request.Url, options.AllowPrivateAddresses) is { } problem)
        {
            errors.Add("/url", problem);
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

        return [.. events.Distinct()];
    }

    // The secret that is replaced signs beside the new one for as long as receivers may need to change over, and so do those that were replaced a
    // short while ago: a secret may be replaced again because nobody has seen it.
    private static ImmutableArray<WebhookSecret> Rotate(ImmutableArray<WebhookSecret> secrets, string secret, DateTimeOffset now, DateTimeOffset until) =>
    [
        new WebhookSecret(secret, null),
        .. secrets.Where(old => old.ExpiresAt is null || old.ExpiresAt > now)
            .Select(old => old with { ExpiresAt = old.ExpiresAt ?? until })
            .Take(Webhook.MaxSecrets - 1),
    ];

    private static async Task SendWithSecretAsync(
        ApiCall call, int status, Webhook webhook, string? secret, bool isRepeat, RememberedCalls? remembered)
    {
        if (isRepeat)
        {
            Answers.MarkReplayed(call);
        }

        if (remembered is not null)
        {
            var answer = JsonSerializer.Serialize(new WebhookWithSecret(View(webhook), null), ApiJson.Default.WebhookWithSecret);
            await remembered.KeepAsync(status, answer).ConfigureAwait(false);
        }

        await JsonReply.SendAsync(call.Http, status, new WebhookWithSecret(View(webhook), secret), ApiJson.Default.WebhookWithSecret).ConfigureAwait(false);
    }

    private static WebhookAnswer View(Webhook webhook) => new()
    {
        Id = webhook.Id,
        Url = webhook.Url,
        Events = webhook.Events,
        Enabled = webhook.DisabledReason is null,
        DisabledReason = webhook.DisabledReason,
        CreatedAt = webhook.CreatedAt,
    };

    private static DeliveryAnswer View(Delivery delivery) => new()
    {
        Id = delivery.Id,
        MessageId = delivery.MessageId,
        Type = delivery.Type,
        LicenseId = delivery.LicenseId.Length == 0 ? null : delivery.LicenseId,
        Status = delivery.Status,
        Attempts = delivery.Attempts,
        CreatedAt = delivery.CreatedAt,
        LastAttemptAt = delivery.LastAttemptAt,
        NextAttemptAt = delivery.NextAttemptAt,
        LastStatus = delivery.LastStatus,
        LastError = delivery.LastError,
        Body = delivery.Body,
    };
}
