namespace Metering.Api;

/// <summary>For producers: use that has already happened, and the list of what could not be counted.</summary>
internal static class EventRoutes
{
    private const string Tag = "Events";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        Post("PostEvents", "api/events"),
        Post("PostEventsV1", "api/v1/events"),
        new RouteTo<DeadLetterHandlers>(
            "ListDeadLetters", "GET", "api/v1/dead-letters", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "Events that could not be counted, oldest first.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<DeadLetter>), "A part of the list.")],
        },
        new RouteTo<DeadLetterHandlers>(
            "RetryDeadLetter", "POST", "api/v1/dead-letters/{id}/retry", Access.Manage, (handlers, call) => handlers.RetryAsync(call))
        {
            Tag = Tag, Summary = "Tries to count a dead letter's event again; where it still can't be counted, the letter stays.",
            Answers = [new(202, typeof(EventsAnswer), "It was counted, and the letter is gone.")], Problems =
            [
                ProblemCode.DeadLetterNotFound
            ],
        },
    ];

    private static RouteTo<EventHandlers> Post(string name, string pattern) =>
        new RouteTo<EventHandlers>(name, "POST", pattern, Access.Ingest, (handlers, call) => handlers.PostAsync(call))
    {
        Tag = Tag, Tenants = TenantReach.Part,
        Summary =
            "Takes usage events in: one, an array, NDJSON, or CloudEvents 1.0. Good events of a batch count even when others are bad. "
            + "The body may have the Content-Encoding gzip or br; limits are of decoded bytes.",
        Body = typeof(EventDocument),
        Answers = [new(202, typeof(EventsAnswer), "What became of them.")],
    };
}
