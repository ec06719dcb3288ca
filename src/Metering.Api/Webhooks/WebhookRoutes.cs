namespace Metering.Api;

/// <summary>Webhooks, for operators.</summary>
internal static class WebhookRoutes
{
    private const string Tag = "Webhooks";
    private const string Root = "api/v1/webhooks";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<WebhookHandlers>("CreateWebhook", "POST", Root, Access.Manage, (handlers, call) => handlers.CreateAsync(call))
        {
            Tag = Tag, Summary = "Creates a webhook. Its secret is in this answer only.", Key = KeyUse.Optional, ShowsSecret = true,
            Body = typeof(WebhookRequest),
            Answers = [new(201, typeof(WebhookWithSecret), "It was made.")], Problems = [RefusalCode.LimitReached],
        },
        new RouteTo<WebhookHandlers>("ListWebhooks", "GET", Root, Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "Lists the webhooks.", Answers = [new(200, typeof(ListAnswer<WebhookAnswer>), "The webhooks.")],
        },
        new RouteTo<WebhookHandlers>("GetWebhook", "GET", Root + "/{id}", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Summary = "A webhook.", Answers = [new(200, typeof(WebhookAnswer), "The webhook.")],
            Problems = [ProblemCode.WebhookNotFound],
        },
        new RouteTo<WebhookHandlers>(
            "ChangeWebhook", "PATCH", Root + "/{id}", Access.Manage, (handlers, call) => handlers.ChangeAsync(call))
        {
            Tag = Tag, Summary = "Changes a webhook. A new secret signs beside the old one for a while.", Key = KeyUse.Optional, ShowsSecret = true,
            Body = typeof(WebhookRequest),
            Answers = [new(200, typeof(WebhookWithSecret), "It was changed.")], Problems = [ProblemCode.WebhookNotFound],
        },
        new RouteTo<WebhookHandlers>(
            "DeleteWebhook", "DELETE", Root + "/{id}", Access.Manage, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Deletes a webhook and its deliveries.", Answers = [new(204, null, "It is gone.")],
            Problems = [ProblemCode.WebhookNotFound],
        },
        new RouteTo<DeliveryHandlers>(
            "ListDeliveries", "GET", Root + "/{id}/deliveries", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "Lists a webhook's deliveries, newest first.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<DeliveryAnswer>), "The deliveries.")], Problems = [ProblemCode.WebhookNotFound],
        },
        new RouteTo<DeliveryHandlers>(
            "TestWebhook", "POST", Root + "/{id}/test", Access.Manage, (handlers, call) => handlers.TestAsync(call))
        {
            Tag = Tag, Summary = "Sends the receiver a test message.", Key = KeyUse.Optional,
            Answers = [new(202, typeof(DeliveryAnswer), "It is on its way.")],
            Problems = [ProblemCode.WebhookNotFound],
        },
        new RouteTo<DeliveryHandlers>(
            "Redeliver", "POST", Root + "/{id}/deliveries/{delivery_id}/redeliver", Access.Manage,
            (handlers, call) => handlers.RedeliverAsync(call))
        {
            Tag = Tag, Summary = "Sends a message again, with the same message id.", Key = KeyUse.Optional,
            Answers = [new(202, typeof(DeliveryAnswer), "It is on its way.")],
            Problems = [ProblemCode.WebhookNotFound, ProblemCode.DeliveryNotFound],
        },
    ];
}
