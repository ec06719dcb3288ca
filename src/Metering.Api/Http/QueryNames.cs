using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Refuses query parameters that a route does not take: a filter that is misspelt would silently give everything.</summary>
internal static class QueryNames
{
    /// <exception cref="ProblemException">A parameter is not known, or is there twice.</exception>
    public static void Check(HttpRequest request, ApiRoute route)
    {
        // Who asks for health, keys or documents may add what they like, to pass a cache for example.
        if (!request.QueryString.HasValue || route.Access == Access.Public)
        {
            return;
        }

        // A route that takes both methods has in the query what its body has, so with a POST there is nothing for the query to say.
        var known = HttpMethods.IsPost(request.Method) && route.Methods.Contains(HttpMethods.Get) ? [] : route.Query;
        var errors = new FieldErrors();
        foreach (var (name, values) in request.Query)
        {
            var pointer = "/" + JsonFields.Escape(name);
            // Without case, because that is how ASP.NET looks a parameter up.
            if (!known.Any(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add(pointer, NearestName.Refusal("a query parameter of this route", name, [.. known.Select(one => one.Name)]));
            }

            errors.Require(values.Count <= 1, pointer, "is there twice");
        }

        errors.ThrowIfAny();
    }
}
