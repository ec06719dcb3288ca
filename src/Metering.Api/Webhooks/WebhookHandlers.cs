using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Webhooks: made, changed, listed, tried.</summary>
internal static class WebhookHandlers
{
    public static async Task CreateAsync(ApiCall call)
    {
        var request = (await JsonBody.ReadAsync(call, ApiJson.Default.WebhookRequest).ConfigureAwait(false)).Value;
        var options = call.Ports.WebhookOptions;
        var errors = new FieldErrors();
        errors.Require(request.Url is not null, "/url", "is required");
        var events = Check(errors, request, options);
        errors.ThrowIfAny();

        var webhooks = call.Ports.Webhooks;
        if ((await webhooks.ListAsync(call.Aborted).ConfigureAwait(false)).Count >= Webhook.Most)
        {
            throw new ProblemException(new Problem(RefusalCode.LimitReached, $"There are at most {Webhook.Most} webhooks."));
        }

        var secret = request.Secret ?? WebhookSignature.NewSecret();
        var webhook = new Webhook
        {
            Id = NewId.Webhook(),
            Url = request.Url!,
            Events = events ?? [],
            Secrets = [new WebhookSecret(secret, null)],
            CreatedAt = call.Now,
        };
        await webhooks.PutAsync(webhook, call.Aborted).ConfigureAwait(false);
        await SendAsync(call, StatusCodes.Status201Created, View(webhook) with { Secret = secret }).ConfigureAwait(false);
    }

    public static async Task ListAsync(ApiCall call)
    {
        var webhooks = await call.Ports.Webhooks.ListAsync(call.Aborted).ConfigureAwait(false);
        await Paging.SendAsync(call, [.. webhooks.Select(View)], null, ApiJson.Default.WebhookAnswer).ConfigureAwait(false);
    }

    public static async Task GetAsync(ApiCall call) =>
        await SendAsync(call, StatusCodes.Status200OK, View(await FindAsync(call).ConfigureAwait(false))).ConfigureAwait(false);

    public static async Task ChangeAsync(ApiCall call)
    {
        var request = (await JsonBody.ReadAsync(call, ApiJson.Default.WebhookRequest).ConfigureAwait(false)).Value;
        var options = call.Ports.WebhookOptions;
        var errors = new FieldErrors();
        var events = Check(errors, request, options);
        errors.ThrowIfAny();

        var webhook = await FindAsync(call).ConfigureAwait(false);
        var secret = request.Secret ?? (request.RotateSecret == true ? WebhookSignature.NewSecret() : null);
        webhook = webhook with
        {
            Url = request.Url ?? webhook.Url,
            Events = events ?? webhook.Events,
            Secrets = secret is null ? webhook.Secrets : Rotate(webhook.Secrets, secret, call.Ports.WebhookTime.AddHours(options.SecretOverlapHours)),
            DisabledReason = request.Enabled switch
            {
                true => null,
                false => "An operator disabled it.",
                null => webhook.DisabledReason,
            },
        };
        await call.Ports.Webhooks.PutAsync(webhook, call.Aborted).ConfigureAwait(false);
        await SendAsync(call, StatusCodes.Status200OK, View(webhook) with { Secret = secret }).ConfigureAwait(false);
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
        return await call.Ports.Webhooks.FindAsync(id, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(new Problem(ProblemCode.WebhookNotFound, $"There is no webhook {id}."));
    }

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
            if (request.Events[i] is { } name && EnumNames<SignalType>.TryParse(name, out var type))
            {
                events.Add(type);
            }
            else
            {
                errors.Add($"/events/{i}", $"must be one of {EnumNames<SignalType>.Listed}");
            }
        }

        return [.. events.Distinct()];
    }

    // Two secrets sign at the same time: the new one, and the one that it replaces for as long as receivers may need to change over.
    private static ImmutableArray<WebhookSecret> Rotate(ImmutableArray<WebhookSecret> secrets, string secret, DateTimeOffset until) =>
        [new WebhookSecret(secret, null), .. secrets.Take(1).Select(old => old with { ExpiresAt = until })];

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
