namespace Metering.Api;

/// <summary>For producers: use that has already happened, and the list of what could not be counted.</summary>
internal static class EventRoutes
{
    private const string Tag = "Events";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        Post("PostEvents", "api/events"),
        Post("PostEventsV1", "api/v1/events"),
        new RouteTo<RecentEventHandlers>(
            "RecentEvents", "GET", "api/v1/events/recent", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.Part,
            Summary = "The live tail: the last uses and events of the instance that answers, and why each that was not counted was not.",
            Query =
            [
                new("after", "Only what came after the answer before: its next_cursor."), Paging.LimitParameter,
            ],
            Answers = [new(200, typeof(RecentEventsAnswer), "What came, oldest first.")],
        },
        new RouteTo<DeadLetterHandlers>(
            "ListDeadLetters", "GET", "api/v1/dead-letters", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.Part, Summary = "Events that could not be counted, oldest first.",
            Query =
            [
                new("code", "Only those that could not be counted for this reason."), new("tenant_id", "Only those that name this customer."),
                new("metric", "Only those that name this feature."), Paging.CursorParameter, Paging.LimitParameter,
            ],
            Answers = [new(200, typeof(ListAnswer<DeadLetter>), "A part of the list.")],
        },
        new RouteTo<DeadLetterHandlers>(
            "RetryDeadLetter", "POST", "api/v1/dead-letters/{id}/retry", Access.Manage, (handlers, call) => handlers.RetryAsync(call))
        {
            Tag = Tag,
            Summary = "Tries to count a dead letter's event again, or the event that is given in its place; where it still can't be counted, "
                + "the letter stays.",
            Key = KeyUse.Optional, Body = typeof(RetryRequest),
            Answers = [new(202, typeof(EventsAnswer), "It was counted, and the letter is gone.")], Problems =
            [
                ProblemCode.DeadLetterNotFound
            ],
        },
        new RouteTo<DeadLetterHandlers>(
            "RetryDeadLetters", "POST", "api/v1/dead-letters/retry", Access.Manage, (handlers, call) => handlers.RetryAllAsync(call))
        {
            Tag = Tag,
            Summary = "Tries to count the events of all dead letters of a kind again, oldest first and some at a time; the answer names those "
                + "that stay, and where to go on.",
            Key = KeyUse.Optional, Body = typeof(RetryLettersRequest), Answers = [new(200, typeof(RetryLettersAnswer), "What came of them.")],
        },
        new RouteTo<DeadLetterHandlers>(
            "DeleteDeadLetter", "DELETE", "api/v1/dead-letters/{id}", Access.Manage, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Deletes a dead letter; its event is not counted.", Answers = [new(204, null, "It is gone.")],
            Problems = [ProblemCode.DeadLetterNotFound],
        },
    ];

    private static RouteTo<EventHandlers> Post(string name, string pattern) =>
        new RouteTo<EventHandlers>(name, "POST", pattern, Access.Ingest, (handlers, call) => handlers.PostAsync(call))
    {
        Tag = Tag, Tenants = TenantReach.Part,
        Summary =
            "Accepts usage events: one, an array, NDJSON, or CloudEvents 1.0. Good events of a batch count even when others are bad. "
            + "The body may have the Content-Encoding gzip or br; limits are of decoded bytes.",
        Body = typeof(EventDocument),
        Answers = [new(202, typeof(EventsAnswer), "What became of them.")],
    };
}
