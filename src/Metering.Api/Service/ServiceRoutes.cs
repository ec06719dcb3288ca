namespace Metering.Api;

/// <summary>The service's own routes.</summary>
internal static class ServiceRoutes
{
    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("Live", "GET", "health/live", Admission.Public, ServiceHandlers.LiveAsync)
        {
            Summary = "Whether the process lives.", Answers = [new(200, typeof(HealthAnswer), "It does.")],
        },
        new("Ready", "GET", "health/ready", Admission.Public, ServiceHandlers.ReadyAsync)
        {
            Summary = "Whether the service can serve.", Answers = [new(200, typeof(HealthAnswer), "It can.")], Problems = [ProblemCode.NotReady],
        },
        new("OpenApi", "GET", "openapi/v1.json", Admission.Public, ServiceHandlers.OpenApiAsync)
        {
            Summary = "This document.", Answers = [new(200, typeof(object), "OpenAPI 3.1.")],
        },
        new("LeaseKeys", "GET", ".well-known/jwks.json", Admission.Public, ServiceHandlers.KeysAsync)
        {
            Summary = "The public keys of lease tokens.", Answers = [new(200, typeof(KeySet), "The keys.")],
        },
        new("GetTestClock", "GET", "api/v1/test-clock", Admission.Read, ServiceHandlers.GetClockAsync)
        {
            Summary = "The test clock's time; 404 when it is not on.", Answers = [new(200, typeof(ClockAnswer), "Its time.")], Problems = [ProblemCode.NotFound],
        },
        new("PutTestClock", "PUT", "api/v1/test-clock", Admission.Manage, ServiceHandlers.PutClockAsync)
        {
            Summary = "Sets the test clock, or moves it on.", Body = typeof(ClockRequest), Answers = [new(200, typeof(ClockAnswer), "Its time.")],
            Problems = [ProblemCode.NotFound],
        },
    ];
}
