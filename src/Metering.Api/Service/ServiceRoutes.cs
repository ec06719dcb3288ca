namespace Metering.Api;

/// <summary>The service's own routes.</summary>
internal static class ServiceRoutes
{
    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<HealthHandlers>("Live", "GET", "health/live", Access.Public, (_, call) => HealthHandlers.LiveAsync(call))
        {
            Summary = "Whether the process is alive.", Answers = [new(200, typeof(HealthAnswer), "It does.")],
        },
        new RouteTo<HealthHandlers>("Ready", "GET", "health/ready", Access.Public, (handlers, call) => handlers.ReadyAsync(call))
        {
            Summary = "Whether the service can serve; only a token that may read is told why not.", Answers = [new(200, typeof(HealthAnswer), "It can.")],
            Problems = [ProblemCode.NotReady],
        },
        new RouteTo<OverviewHandlers>("Overview", "GET", "api/v1/overview", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Summary = "An overview of the whole service: quotas, dead letters, webhooks, events per minute.",
            Answers = [new(200, typeof(OverviewAnswer), "How it stands.")],
        },
        new RouteTo<DocumentHandlers>("OpenApi", "GET", "openapi/v1.json", Access.Public, (handlers, call) => handlers.GetAsync(call))
        {
            Summary = "This document.", Answers = [new(200, typeof(object), "OpenAPI 3.1.")],
        },
        new RouteTo<LeaseKeyHandlers>(
            "LeaseKeys", "GET", ".well-known/jwks.json", Access.Public, (handlers, call) => handlers.GetAsync(call))
        {
            Summary = "The public keys of lease tokens.", Answers = [new(200, typeof(KeySet), "The keys.")],
        },
        new RouteTo<TestClockHandlers>(
            "GetTestClock", "GET", "api/v1/test-clock", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Summary = "The test clock's time; 404 if there is no test clock.", Answers = [new(200, typeof(ClockAnswer), "Its time.")],
            Problems = [ProblemCode.NotFound],
        },
        new RouteTo<TestClockHandlers>(
            "PutTestClock", "PUT", "api/v1/test-clock", Access.Manage, (handlers, call) => handlers.PutAsync(call))
        {
            Summary = "Sets the test clock, or advances it.", Body = typeof(ClockRequest),
            Answers = [new(200, typeof(ClockAnswer), "Its time.")],
            Problems = [ProblemCode.NotFound],
        },
    ];
}
