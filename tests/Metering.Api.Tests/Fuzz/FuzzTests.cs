namespace Metering.Api.Tests.Fuzz;

/// <summary>
/// Whatever is sent, the API answers with what its document promises: never a 500, always a status of the route, errors as problem
/// documents, and with memory that has a bound.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class FuzzTests
{
    private const int Inputs = 3_000;
    private const int PerHost = 1_500;

    [Fact]
    public Task Any_request_gets_an_answer_that_the_document_has() =>
        CheckAsync("requests", path => !path.EndsWith("/events", StringComparison.Ordinal));

    [Fact]
    public Task Events_in_any_form_get_an_answer_that_the_document_has() =>
        CheckAsync("events", path => path.EndsWith("/events", StringComparison.Ordinal));

    private static Task CheckAsync(string name, Func<string, bool> isChosen) => FuzzRun.CheckAsync(
        name, Inputs, PerHost, new RequestInputs(OpenApiDocument.Build()).To(isChosen), FuzzedHost.StartAsync,
        (host, request, cancellationToken) => host.SendAsync(request, cancellationToken));
}
