namespace Metering.Api;

/// <summary>Webhooks, for operators.</summary>
internal static class WebhookRoutes
{
    private const string Tag = "Webhooks";
    private const string Root = "api/v1/webhooks";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("CreateWebhook", "POST", Root, Admission.Manage, WebhookHandlers.CreateAsync)
        {
            Tag = Tag, Summary = "Makes a webhook. Its secret is in this answer and in no other.", Key = KeyUse.Optional, Body = typeof(WebhookRequest),
            Answers = [new(201, typeof(WebhookWithSecret), "It was made.")], Problems = [RefusalCode.LimitReached],
        },
        new("ListWebhooks", "GET", Root, Admission.Read, WebhookHandlers.ListAsync)
        {
            Tag = Tag, Summary = "Lists the webhooks.", Answers = [new(200, typeof(ListAnswer<WebhookAnswer>), "The webhooks.")],
        },
        new("GetWebhook", "GET", Root + "/{id}", Admission.Read, WebhookHandlers.GetAsync)
        {
            Tag = Tag, Summary = "A webhook.", Answers = [new(200, typeof(WebhookAnswer), "The webhook.")],
            Problems = [ProblemCode.WebhookNotFound],
        },
        new("ChangeWebhook", "PATCH", Root + "/{id}", Admission.Manage, WebhookHandlers.ChangeAsync)
        {
            Tag = Tag, Summary = "Changes a webhook. A new secret signs beside the old one for a while.", Key = KeyUse.Optional, Body = typeof(WebhookRequest),
            Answers = [new(200, typeof(WebhookWithSecret), "It was changed.")], Problems = [ProblemCode.WebhookNotFound],
        },
        new("DeleteWebhook", "DELETE", Root + "/{id}", Admission.Manage, WebhookHandlers.DeleteAsync)
        {
            Tag = Tag, Summary = "Forgets a webhook and its deliveries.", Answers = [new(204, null, "It is gone.")],
            Problems = [ProblemCode.WebhookNotFound],
        },
        new("ListDeliveries", "GET", Root + "/{id}/deliveries", Admission.Read, WebhookHandlers.DeliveriesAsync)
        {
            Tag = Tag, Summary = "Lists a webhook's deliveries, newest first.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<DeliveryAnswer>), "The deliveries.")], Problems = [ProblemCode.WebhookNotFound],
        },
        new("TestWebhook", "POST", Root + "/{id}/test", Admission.Manage, WebhookHandlers.TestAsync)
        {
            Tag = Tag, Summary = "Sends the receiver a test message.", Answers = [new(202, typeof(DeliveryAnswer), "It is on its way.")],
            Problems = [ProblemCode.WebhookNotFound],
        },
        new("Redeliver", "POST", Root + "/{id}/deliveries/{delivery_id}/redeliver", Admission.Manage, WebhookHandlers.RedeliverAsync)
        {
            Tag = Tag, Summary = "Sends a message once more, with the same message id.",
            Answers = [new(202, typeof(DeliveryAnswer), "It is on its way.")],
            Problems = [ProblemCode.WebhookNotFound, ProblemCode.DeliveryNotFound],
        },
    ];
}
