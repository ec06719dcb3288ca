using Metering.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>One route of the API. Hosts map it to a path, or call it from a function of their own, by <see cref="InvokeAsync"/>.</summary>
public abstract partial class ApiRoute
{
    private protected ApiRoute(string name, string[] methods, string pattern, Access access)
    {
        Name = name;
        // What can be asked for can be asked about: the web server leaves the body out of the answer to a HEAD.
        Methods = methods.Contains(HttpMethods.Get) ? [.. methods, HttpMethods.Head] : methods;
        Pattern = pattern;
        Parameters = [.. pattern.Split('/').Where(segment => segment.StartsWith('{')).Select(segment => segment.Trim('{', '}'))];
        Access = access;
    }

    /// <summary>The route's name: letters only, unique.</summary>
    public string Name { get; }

    /// <summary>The HTTP methods that it takes; with GET always HEAD.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Its path without the leading slash, with parameters in braces.</summary>
    public string Pattern { get; }

    /// <summary>The names of the path's parameters, in their order.</summary>
    internal IReadOnlyList<string> Parameters { get; }

    /// <summary>Whom it lets in.</summary>
    public Access Access { get; }

    /// <summary>Whether it takes an <c>Idempotency-Key</c>.</summary>
    public KeyUse Key { get; internal init; }

    /// <summary>What it does, in a sentence.</summary>
    public string Summary { get; internal init; } = "";

    /// <summary>The group under which documents list it.</summary>
    public string Tag { get; internal init; } = "Service";

    /// <summary>The type of its body; null when it takes none.</summary>
    public Type? Body { get; internal init; }

    /// <summary>The query parameters that it takes.</summary>
    public IReadOnlyList<QueryParameter> Query { get; internal init; } = [];

    /// <summary>What it answers when all goes well.</summary>
    public IReadOnlyList<RouteAnswer> Answers { get; internal init; } = [];

    /// <summary>The codes of the problems that are its own.</summary>
    public IReadOnlyList<string> Problems { get; internal init; } = [];

    /// <summary>What of it a token of one tenant may ask for; nothing, unless the route says otherwise.</summary>
    public TenantReach Tenants { get; internal init; }

    /// <summary>Whether a view token may ask for it, of the license that the path names.</summary>
    public bool IsForCustomers { get; internal init; }

    /// <summary>Whether it may read much for its answer; then one customer may ask for a few at once (<see cref="CustomerReports"/>).</summary>
    internal bool IsReport { get; init; }

    /// <summary>Whether its answer may hold a key, secret or token that is shown once; then nobody on the way may store it.</summary>
    public bool ShowsSecret { get; internal init; }

    /// <summary>Whether its body and its errors have JSON:API's form.</summary>
    internal bool JsonApi { get; init; }

    /// <summary>Registers what answers it.</summary>
    internal abstract void Register(IServiceCollection services);

    /// <summary>Answers a request that was let in.</summary>
    private protected abstract Task AnswerAsync(ApiCall call, IServiceProvider services);

    /// <summary>
    /// Answers a request: lets the caller in, reads, does, answers; whatever goes wrong is answered with a problem document.
    /// Needs the path's parameters in <see cref="HttpRequest.RouteValues"/>, and the API's services in <see
    /// cref="HttpContext.RequestServices"/>.
    /// </summary>
    public Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return ServeAsync(http, http.RequestServices);
    }

    /// <summary>The same, with the API's services at hand.</summary>
    // All of them are singletons. Reading RequestServices would create a scope for each request, which none of them needs.
    internal async Task ServeAsync(HttpContext http, IServiceProvider services)
    {
        var span = RouteSpan.Name(http, Pattern);
        try
        {
            // Who may not call is told so first, whatever else is wrong with the request.
            var caller = await services.GetRequiredService<Gate>().AuthorizeAsync(http, Access).ConfigureAwait(false);
            QueryNames.Check(http.Request, this);
            var call = new ApiCall(http, this, caller);
            if (caller.TenantId is not null)
            {
                await services.GetRequiredService<TenantGate>().CheckAsync(call).ConfigureAwait(false);
            }

            if (caller.ViewedLicenseId is not null)
            {
                ViewGate.Check(call);
            }

            if (ShowsSecret)
            {
                http.Response.Headers.CacheControl = "no-store";
            }

            using var report = IsReport ? services.GetRequiredService<CustomerReports>().Begin(caller) : null;
            await AnswerAsync(call, services).ConfigureAwait(false);
        }
        catch (ProblemException refused)
        {
            await ProblemReply.SendAsync(http, refused.Problem, JsonApi).ConfigureAwait(false);
        }
        catch (ReportRefusedException refused)
        {
            await SendUnlessStartedAsync(http, ReportProblems.Of(refused)).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad)
        {
            // The web server says so while a body is read: it is too large, or breaks off. That is the caller's fault, so it is no 500 and
            // not logged.
            await ProblemReply.SendAsync(http, ToProblem(bad), JsonApi).ConfigureAwait(false);
        }
        catch (StoreUnavailableException unavailable)
        {
            // 503 with a time to come back, because it may pass; and an event of its own, so that alerts tell a lost storage from a bug.
            Logger(services).RouteUnavailable(unavailable, Name);
            await SendUnlessStartedAsync(http, Metering.Api.Answers.Busy).ConfigureAwait(false);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception exception)
        {
            Logger(services).RouteFailed(exception, Name);
            await SendUnlessStartedAsync(http, Metering.Api.Answers.Failed).ConfigureAwait(false);
        }
        finally
        {
            RouteSpan.End(span, http);
        }
    }

    private async Task SendUnlessStartedAsync(HttpContext http, Problem problem)
    {
        if (http.Response.HasStarted)
        {
            // The status is on its way and can't be taken back. A connection that breaks off at least is not taken for a whole answer.
            http.Abort();
            return;
        }

        // Headers that the route has set already belong to an answer that will not come.
        http.Response.Clear();
        await ProblemReply.SendAsync(http, problem, JsonApi).ConfigureAwait(false);
    }

    private static Problem ToProblem(BadHttpRequestException bad) => bad.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? new Problem(ProblemCode.BodyTooLarge, "The body is larger than the server takes.")
        : new Problem(RefusalCode.InvalidRequest, "The request is not valid HTTP.");

    private static ILogger Logger(IServiceProvider services) => services.GetRequiredService<ILogger<ApiRoute>>();
}
