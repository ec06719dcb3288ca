using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api;

/// <summary>Every route of the API.</summary>
public static class ApiRoutes
{
    private static readonly FrozenDictionary<string, ApiRoute> ByName;

    static ApiRoutes()
    {
        All =
        [
            .. RuntimeRoutes.All,
            .. EventRoutes.All,
            .. ReportRoutes.All,
            .. QuotaRoutes.All,
            .. CatalogRoutes.All,
            .. LicenseRoutes.All,
            .. LicenseUsageRoutes.All,
            .. EvidenceRoutes.All,
            .. ExportRoutes.All,
            .. WebhookRoutes.All,
            .. TokenRoutes.All,
            .. KeygenRoutes.All,
            .. ServiceRoutes.All,
        ];
        ByName = All.ToFrozenDictionary(route => route.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order in which the documentation lists them.</summary>
    public static IReadOnlyList<ApiRoute> All { get; }

    /// <summary>The route with a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static ApiRoute Find(string name) => ByName[name];

    /// <summary>
    /// Answers a request that no route takes: with a page or a part of one when it is for that; 405 when the path is one of other
    /// methods; else 404.
    /// </summary>
    public static async Task FallBackAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var customer = http.RequestServices.GetRequiredService<CustomerPage>();
        if (!await customer.TryAnswerAsync(http).ConfigureAwait(false) && !await WebFiles.TryAnswerAsync(http).ConfigureAwait(false))
        {
            await RefuseAsync(http).ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        // A 405 must name in Allow what the path takes (RFC 9110, 15.5.6). The routing of the hosts does not tell, so it is worked out
        // here.
        var methods = All.Where(route => Matches(route.Pattern, path)).SelectMany(route => route.Methods).Distinct()
            .Order(StringComparer.Ordinal);
        var allow = string.Join(", ", methods);
        var problem = allow.Length > 0
            ? new Problem(ProblemCode.MethodNotAllowed, $"This path takes {allow}.") { Allow = allow }
            : new Problem(ProblemCode.NotFound, "There is no such route.");
        return ProblemReply.SendAsync(http, problem);
    }

    private static bool Matches(string pattern, string path)
    {
        var expected = pattern.Split('/');
        var actual = path.Trim('/').Split('/');
        if (expected.Length != actual.Length)
        {
            return false;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            var matches = expected[i].StartsWith('{')
                ? actual[i].Length > 0
                // Without case, as the routing of the hosts compares.
                : expected[i].Equals(actual[i], StringComparison.OrdinalIgnoreCase);
            if (!matches)
            {
                return false;
            }
        }

        return true;
    }
}
